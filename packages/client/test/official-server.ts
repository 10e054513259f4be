import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo, Socket as TcpSocket } from "node:net";
import { Server, type ServerOptions } from "socket.io";
import { onTestFinished } from "vitest";
import type { Socket } from "../src/index.ts";

export interface OfficialServer {
  io: Server;
  http: HttpServer;
  url: string;
  /** Cuts all connections, as a broken network does. */
  cut(): void;
}

/** An official Socket.IO server on a free port, closed at the end of the test. */
export async function officialServer(
  options: Partial<ServerOptions> = {},
): Promise<OfficialServer> {
  const http = createServer();
  const tcp = new Set<TcpSocket>();
  http.on("connection", (socket) => {
    tcp.add(socket);
    socket.on("close", () => tcp.delete(socket));
  });
  const io = new Server(http, options);
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const cut = (): void => {
    for (const socket of tcp) {
      socket.destroy();
    }
  };
  onTestFinished(() => {
    cut();
    io.close();
  });
  return { io, http, url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, cut };
}

/** Disconnects at the end of the test. */
export function disposable<S extends Socket>(socket: S): S {
  onTestFinished(() => {
    socket.disconnect();
    socket.io._close();
  });
  return socket;
}

/** The arguments of the next event. */
export function next(
  emitter: { once(event: never, listener: never): unknown },
  event: string,
): Promise<unknown[]> {
  return new Promise((resolve) => {
    emitter.once(event as never, ((...args: unknown[]) => resolve(args)) as never);
  });
}
