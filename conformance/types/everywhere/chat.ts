import { createServer } from "node:http";
import { Server, type Socket } from "socket.io";
import { type Socket as ClientSocket, io as connect } from "socket.io-client";

interface ServerToClientEvents {
  noArg: () => void;
  said: (who: string, text: string, at: Date) => void;
  file: (name: string, bytes: Buffer) => void;
  question: (text: string, answer: (yes: boolean) => void) => void;
}

interface ClientToServerEvents {
  say: (text: string) => void;
  join: (room: string, done: (members: string[]) => void) => void;
}

interface InterServerEvents {
  ping: () => void;
}

interface SocketData {
  name: string;
  age?: number;
}

const httpServer = createServer();
const io = new Server<ClientToServerEvents, ServerToClientEvents, InterServerEvents, SocketData>(
  httpServer,
  { cors: { origin: ["http://localhost:3000"], credentials: true } },
);

io.on("connection", (socket) => {
  socket.emit("noArg");
  socket.emit("said", "server", "welcome", new Date());
  socket.emit("file", "x.bin", Buffer.from([1, 2, 3]));
  socket.emit("question", "ready?", (yes) => console.log(yes === true));
  io.emit("noArg");
  io.to("lobby").emit("said", socket.data.name, "hi", new Date());
  socket.broadcast.emit("noArg");

  socket.on("say", (text) => {
    socket.to([...socket.rooms]).emit("said", socket.data.name, text.trim(), new Date());
  });
  socket.on("join", async (room, done) => {
    await socket.join(room);
    const members = await io.in(room).fetchSockets();
    done(members.map((member) => member.data.name));
  });

  // @ts-expect-error no such event
  socket.on("shout", () => {});
  // @ts-expect-error the text is a string
  socket.on("say", (text: number) => text);
  // @ts-expect-error the bytes are missing
  socket.emit("file", "x.bin");
  // @ts-expect-error a client's event
  socket.emit("say", "x");
  // @ts-expect-error a wrong type of data
  socket.data.age = "12";
  // @ts-expect-error the acknowledgement takes strings
  socket.on("join", (_room, done) => done([1]));
});

// @ts-expect-error asks for an answer, and a broadcast must say how long it waits
io.emit("question", "ready?", () => {});

io.on("ping", () => {});
io.serverSideEmit("ping");
// @ts-expect-error not an event between servers
io.on("pong", () => {});

const socket: ClientSocket<ServerToClientEvents, ClientToServerEvents> = connect();
socket.emit("say", "hello");
socket.emit("join", "lobby", (members) => members.join());
socket.on("said", (who, text, at) => [who.length, text.length, at.getTime()]);
socket.on("question", (text, answer) => answer(text.endsWith("?")));
// @ts-expect-error the server's event
socket.emit("noArg");
// @ts-expect-error the client's own event
socket.on("say", () => {});

export function greet(one: Socket<ClientToServerEvents, ServerToClientEvents>): void {
  one.emit("said", "server", `you are ${one.id}`, new Date());
}
httpServer.listen(3000);
