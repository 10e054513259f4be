import { Server, type Socket } from "socket.io";

interface FromClient {
  move: (x: number, y: number) => void;
}
interface FromServer {
  state: (json: string) => void;
}

type Player = Socket<FromClient, FromServer>;

const io = new Server<FromClient, FromServer>();
const players = new Map<string, Player>();
const waiting: Set<Player> = new Set();
const byRoom: Record<string, Player[]> = {};
let last: Player | undefined;
const weak = new WeakMap<Player, { score: number }>();

io.on("connection", (socket) => {
  players.set(socket.id, socket);
  waiting.add(socket);
  last = socket;
  weak.set(socket, { score: 0 });
  (byRoom["lobby"] ??= []).push(socket);
  socket.on("disconnect", () => {
    players.delete(socket.id);
    waiting.delete(socket);
  });
});

export function tick(): void {
  for (const player of players.values()) {
    player.volatile.emit("state", "{}");
  }
  for (const [, sockets] of Object.entries(byRoom)) {
    sockets.forEach((socket) => socket.emit("state", "{}"));
  }
  last?.emit("state", "{}");
}

// Without types, and through the tables of the library itself.
const any = new Server();
const users: { [id: string]: Socket } = {};
any.on("connection", (socket) => {
  users[socket.id] = socket;
});
const one = any.sockets.sockets.get("id");
one?.emit("x", 1);
one?.disconnect(true);
const size: number | undefined = any.sockets.adapter.rooms.get("room")?.size;
const rooms: Map<string, Set<string>> = any.of("/").adapter.rooms;
const sids = any.of("/").adapter.sids;
const mine: string[] = Array.from(sids.get("id") ?? []);
const ids = Array.from(any.sockets.sockets.keys());
const all: Socket[] = [...any.sockets.sockets.values()];
const inRoom: Set<string> = rooms.get("x") ?? new Set();
console.log(size, mine, ids, all, inRoom);
any.of("/").adapter.on("create-room", (room) => console.log(room));
any.of("/").adapter.on("join-room", (room: string, id: string) => console.log(room, id));
any.sockets.allSockets().then((set: Set<string>) => set.size);
