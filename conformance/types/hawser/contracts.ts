import { type NamespaceOf, Server, type ServerOf, type SocketOf } from "socket.io";
import type { DefaultEventsMap, EventsMap } from "socket.io/dist/typed-events";
import { type SocketOf as ClientSocketOf, io as connect } from "socket.io-client";

/** Shared by both sides; imports nothing. */
interface Chat {
  clientToServer: {
    say(text: string): void;
    join(room: string): Promise<string[]>;
  };
  serverToClient: {
    said(who: string, text: string): void;
    ready(): boolean;
  };
  data: { name: string };
}

interface Admin {
  clientToServer: { ban(user: string): boolean };
  serverToClient: { banned(user: string): void };
}

const io: ServerOf<Chat> = new Server(3000);
io.on("connection", async (socket) => {
  welcome(socket);
  const ready: boolean = await socket.timeout(100).emitWithAck("ready");
  const all: boolean[] = await io.timeout(100).emitWithAck("ready");
  console.log(ready, all.length);
});

function welcome(socket: SocketOf<Chat>): void {
  socket.on("join", async (room, reply) => {
    await socket.join(room);
    const sockets = await io.in(room).fetchSockets();
    reply(sockets.map(({ data }) => data.name));
  });
  socket.on("say", (text) => socket.nsp.emit("said", socket.data.name, text));
  // @ts-expect-error the reply is a list of names
  socket.on("join", (_room, reply) => reply(1));
}

const admins: NamespaceOf<Admin> = io.of("/admin");
admins.on("connection", (socket) => {
  socket.on("ban", (user, reply) => {
    admins.emit("banned", user);
    reply(true);
  });
});

const socket: ClientSocketOf<Chat> = connect();
const members: Promise<string[]> = socket.emitWithAck("join", "lobby");
members.then((names) => names.join());
// @ts-expect-error nothing is returned
socket.emitWithAck("say", "x");

// As editors write it into programs of before package exports.
const listeners: DefaultEventsMap & EventsMap = { any: () => {} };
console.log(listeners);
