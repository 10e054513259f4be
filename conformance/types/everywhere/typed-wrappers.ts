import type { Server, Socket } from "socket.io";
import { type Socket as ClientSocket, io } from "socket.io-client";

interface FromServer {
  price: (symbol: string, value: number) => void;
  halted: () => void;
}
interface FromClient {
  watch: (symbol: string) => void;
  unwatch: (symbol: string, reason?: string) => void;
}

const socket: ClientSocket<FromServer, FromClient> = io();

/** Emits with the parameters of the map; the way everybody writes it. */
export function send<E extends keyof FromClient>(
  event: E,
  ...args: Parameters<FromClient[E]>
): void {
  socket.emit(event, ...args);
}
send("watch", "X");
send("unwatch", "X", "bored");
// @ts-expect-error the symbol is missing
send("watch");

export function publish<E extends keyof FromServer>(
  server: Server<FromClient, FromServer>,
  event: E,
  ...args: Parameters<FromServer[E]>
): void {
  for (const [, one] of server.sockets.sockets) {
    one.emit(event, ...args);
  }
}

export function handle(one: Socket<FromClient, FromServer>): () => void {
  const watch: FromClient["watch"] = (symbol) => one.emit("price", symbol, 1);
  one.on("watch", watch);
  one.on("unwatch", (symbol, reason) => [symbol.trim(), reason?.trim()]);
  return () => {
    one.off("watch", watch);
  };
}

type ArgsOf<S, E extends string> =
  S extends ClientSocket<infer L, any>
    ? E extends keyof L
      ? L[E] extends (...args: infer A) => any
        ? A
        : never
      : never
    : never;
const args: ArgsOf<typeof socket, "price"> = ["X", 1];
console.log(args);

const raw: ReturnType<typeof io> = io();
raw.emit("x");
