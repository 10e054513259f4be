import {
  createServer,
  type Server as HttpServer,
  type IncomingHttpHeaders,
  type RequestOptions,
  request,
} from "node:http";
import type { AddressInfo } from "node:net";
import {
  type ManagerOptions,
  io as official,
  type Socket,
  type SocketOptions,
} from "socket.io-client";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { Server, type ServerOptions, type Socket as ServerSocket } from "../src/index.ts";

export interface Running {
  io: Server;
  http: HttpServer;
  port: number;
  url: string;
}

/** A server on a free port, closed at the end of the test. */
export async function start(options: Partial<ServerOptions> = {}): Promise<Running> {
  const http = createServer();
  const io = new Server(http, options);
  const port = await listen(http);
  onTestFinished(() => void io.close());
  return { io, http, port, url: `http://127.0.0.1:${port}` };
}

/** The port on which an HTTP server now listens, until the end of the test. */
export async function listen(http: HttpServer): Promise<number> {
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    http.close();
    http.closeAllConnections();
  });
  return (http.address() as AddressInfo).port;
}

/** An official client, without reconnection, by WebSocket alone unless options say otherwise. */
export function connect(
  url: string,
  options: Partial<ManagerOptions & SocketOptions> = {},
): Socket {
  const client = official(url, {
    forceNew: true,
    reconnection: false,
    transports: ["websocket"],
    ...options,
  });
  onTestFinished(() => void client.disconnect());
  return client;
}

/** An official client and the server's socket for it. */
export async function pair(
  { io, url }: Running,
  namespace = "/",
  options: Partial<ManagerOptions & SocketOptions> = {},
): Promise<{ client: Socket; socket: ServerSocket }> {
  const arrival = next(io.of(namespace), "connection");
  const client = connect(url + namespace, options);
  const connected = next(client, "connect");
  const [socket] = await arrival;
  await connected;
  return { client, socket: socket as ServerSocket };
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

export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  bytes: Buffer;
}

/** One HTTP request on a connection of its own. */
export function fetchRaw(
  port: number,
  path: string,
  { body, ...options }: RequestOptions & { body?: string } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, path, agent: false, ...options }, (response) => {
      const chunks: Buffer[] = [];
      response
        .on("data", (chunk: Buffer) => chunks.push(chunk))
        .on("end", () => {
          const bytes = Buffer.concat(chunks);
          const { statusCode: status = 0, headers } = response;
          resolve({ status, headers, body: bytes.toString(), bytes });
        });
    })
      .on("error", reject)
      .end(body);
  });
}

export const POLLING = "/socket.io/?EIO=4&transport=polling";

/** A polling session by hand; the answer is the path of its further requests. */
export async function openPolling(port: number): Promise<string> {
  const { body } = await fetchRaw(port, POLLING);
  return `${POLLING}&sid=${JSON.parse(body.slice(1)).sid}`;
}

export interface RawWebSocket {
  ws: WebSocket;
  /** The next text message. */
  read(): Promise<string>;
  closed: Promise<number>;
}

/** A WebSocket by hand, opened. */
export async function openWebSocket(port: number, query = ""): Promise<RawWebSocket> {
  const ws = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket${query}`);
  onTestFinished(() => ws.terminate());
  const messages: string[] = [];
  const readers: ((message: string) => void)[] = [];
  ws.on("message", (data: Buffer) => {
    const message = data.toString();
    const reader = readers.shift();
    if (reader) {
      reader(message);
    } else {
      messages.push(message);
    }
  });
  const closed = new Promise<number>((resolve) => ws.on("close", resolve));
  await new Promise((resolve, reject) => ws.once("open", resolve).once("error", reject));
  const read = (): Promise<string> => {
    const message = messages.shift();
    return message === undefined
      ? new Promise((resolve) => readers.push(resolve))
      : Promise.resolve(message);
  };
  return { ws, read, closed };
}
