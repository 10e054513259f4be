import { type RemoteSocket, Server } from "socket.io";

interface FromServer {
  kicked: (why: string) => void;
  alive: (reply: (since: number) => void) => void;
}
interface Data {
  user: { name: string };
}

const io = new Server<{}, FromServer, {}, Data>();

export async function kick(name: string): Promise<string[]> {
  const sockets = await io.in(["a", "b"]).except("c").fetchSockets();
  const found: RemoteSocket<FromServer, Data>[] = sockets.filter(
    (socket) => socket.data.user.name === name,
  );
  for (const socket of found) {
    socket.emit("kicked", "bad manners");
    socket.timeout(1000).emit("alive", (err, since) => [err, since]);
    socket.join("naughty");
    socket.join(["naughty", "step"]);
    socket.leave("a");
    socket.disconnect();
    socket.disconnect(true);
    console.log(socket.rooms.has("a"), socket.handshake.headers["user-agent"], socket.id.trim());
    // @ts-expect-error not declared
    socket.emit("unknown");
  }
  return found.map(({ id }) => id);
}

export async function count(room: string): Promise<number> {
  return (await io.in(room).fetchSockets()).length;
}

type Remote = Awaited<ReturnType<typeof io.fetchSockets>>[number];
export const nameOf = (socket: Remote): string => socket.data.user.name;

io.socketsJoin("all");
io.in("a").socketsJoin(["b", "c"]);
io.local.disconnectSockets();
io.in("a").disconnectSockets(true);
io.of("/x")
  .in("a")
  .local.fetchSockets()
  .then((sockets) => sockets[0]?.data.user.name);
