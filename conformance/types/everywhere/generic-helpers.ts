import type {
  BroadcastOperator,
  DefaultEventsMap,
  Namespace,
  RemoteSocket,
  Server,
  Socket,
} from "socket.io";
import type { Socket as ClientSocket } from "socket.io-client";

interface Rooms {
  joined: (room: string) => void;
  left: (room: string) => void;
}

/** The type parameters of whoever calls. */
export function firstRoom<
  L extends DefaultEventsMap,
  E extends DefaultEventsMap,
  S extends DefaultEventsMap,
  D,
>(socket: Socket<L, E, S, D>): string | undefined {
  return [...socket.rooms].find((room) => room !== socket.id);
}

export function namesOf<Data extends { name: string }>(
  sockets: RemoteSocket<any, Data>[],
): string[] {
  return sockets.map(({ data }) => data.name);
}

export function isFull<S extends Namespace<any, any, any, any>>(
  namespace: S,
  limit: number,
): boolean {
  return namespace.sockets.size >= limit;
}

export async function moveAll<Emit extends Rooms>(
  io: Server<any, Emit, any, any>,
  from: string,
  to: string,
): Promise<void> {
  io.in(from).socketsJoin(to);
  io.in(from).socketsLeave(from);
}

export function announce(to: BroadcastOperator<Rooms, any>, room: string): void {
  to.emit("joined", room);
}

export function once<T>(socket: ClientSocket, event: string): Promise<T> {
  return new Promise((resolve) => socket.once(event, resolve));
}

export function ask<T>(socket: ClientSocket, event: string, ...args: unknown[]): Promise<T> {
  return new Promise((resolve, reject) => {
    socket.timeout(1000).emit(event, ...args, (error: Error | null, value: T) => {
      if (error) {
        reject(error);
      } else {
        resolve(value);
      }
    });
  });
}

declare const io: Server<DefaultEventsMap, Rooms, DefaultEventsMap, { name: string }>;
announce(io.to("a"), "a");
announce(io.except("a").volatile.compress(false).local, "a");
io.fetchSockets().then(namesOf);
isFull(io.of("/"), 3);
isFull(io.sockets, 3);
moveAll(io, "a", "b");
io.on("connection", (socket) => announce(socket.to("x"), "a"));
