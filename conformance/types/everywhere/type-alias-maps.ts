import { Server } from "socket.io";
import { io, type Socket } from "socket.io-client";

type Position = { x: number; y: number };

type FromServer = {
  moved: (id: string, to: Position) => void;
  state: (players: Record<string, Position>) => void;
};

type FromClient = {
  move: (to: Position) => void;
  leave: () => void;
};

// Composed, as larger applications do.
type LobbyEvents = { ready: (yes: boolean) => void };
type AllFromClient = FromClient & LobbyEvents;

const server = new Server<AllFromClient, FromServer>(3000, { serveClient: false });

server.on("connection", (socket) => {
  socket.on("move", ({ x, y }) => socket.broadcast.emit("moved", socket.id, { x, y }));
  socket.on("ready", (yes) => yes && server.emit("state", {}));
  socket.on("leave", () => socket.disconnect(true));
  // @ts-expect-error y is missing
  socket.emit("moved", "a", { x: 1 });
});

const client: Socket<FromServer, AllFromClient> = io("ws://localhost:3000");
client.on("moved", (id, { x, y }) => `${id} ${x.toFixed()} ${y.toFixed()}`);
client.emit("ready", true);
client.emit("move", { x: 1, y: 2 });
// @ts-expect-error not a boolean
client.emit("ready", "yes");

// An event of one map only: the others may be empty.
const silent = new Server<Record<string, never>, FromServer>();
silent.emit("moved", "a", { x: 1, y: 1 });

class Names {
  renamed!: (from: string, to: string) => void;
}
const fromClass: Socket<Names> = io();
fromClass.on("renamed", (from, to) => from === to);
