import type { EventNames, EventParams, Socket } from "socket.io";
import { type Socket as ClientSocket, io } from "socket.io-client";

interface FromServer {
  price: (symbol: string, value: number) => void;
  halted: () => void;
}
interface FromClient {
  watch: (symbol: string, done?: (price: number) => void) => void;
}

const socket: ClientSocket<FromServer, FromClient> = io();

export function listen<E extends keyof FromServer>(event: E, listener: FromServer[E]): () => void {
  socket.on(event, listener);
  return () => {
    socket.off(event, listener);
  };
}
listen("price", (symbol, value) => [symbol.trim(), value.toFixed()]);
// @ts-expect-error the value is a number
listen("price", (_symbol, value: string) => value);

export function handle<E extends keyof FromClient>(
  one: Socket<FromClient, FromServer>,
  event: E,
  listener: FromClient[E],
): void {
  one.on(event, listener).once(event, listener);
}

export class Typed<Emit extends Record<string, (...args: any[]) => void>> {
  constructor(private socket: Socket<any, Emit>) {}
  send<E extends EventNames<Emit>>(event: E, ...args: EventParams<Emit, E>): void {
    this.socket.emit(event, ...args);
  }
}

// A callback that may be left out is waited for all the same.
const price: Promise<number> = socket.emitWithAck("watch", "X");
socket.timeout(10).emit("watch", "X", (err, value) => [err.message, value.toFixed()]);
socket.emit("watch", "X");
price.then((n) => n.toFixed());
