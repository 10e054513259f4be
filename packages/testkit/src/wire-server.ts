import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { afterEach } from "vitest";
import type { JsServer, JsServerModule, JsServerSocket } from "./peers/js-api.ts";

/** A server whose bytes are tested, and where it differs from the others on purpose. */
export interface Implementation {
  readonly name: string;
  readonly load: () => Promise<JsServerModule>;
  /** How a WebSocket handshake of an unsupported protocol revision is refused. */
  readonly refusesRevision: "before 101" | "after 101";
  /** Whether JSON nested thousands of levels deep is taken for an invalid packet. */
  readonly refusesDeepNesting: boolean;
  /** Whether the origins that `cors` allows are those of WebSockets too. */
  readonly checksOrigin: boolean;
  /** Whether a client that does not answer pings is waited for as long as anything comes from it. */
  readonly countsBytes: boolean;
  /** The status of a request with a URL of more than 8192 characters. */
  readonly longUrl: number;
  /** What the handshake says of what is beyond the protocol. */
  readonly extensions: object;
  /** What an event does that was under way when the server disconnected its namespace. */
  readonly lateEvent: "closes the connection" | "is dropped";
}

export const IMPLEMENTATIONS: readonly Implementation[] = [
  {
    name: "official",
    load: async () => (await import("socket.io")) as unknown as JsServerModule,
    refusesRevision: "after 101",
    refusesDeepNesting: false,
    checksOrigin: false,
    countsBytes: false,
    longUrl: 400,
    extensions: {},
    lateEvent: "closes the connection",
  },
  {
    name: "hawser",
    load: async () => (await import("@hawser/server")) as unknown as JsServerModule,
    // A plain 400 can be read by proxies and clients; garbage after a 101 cannot.
    refusesRevision: "before 101",
    // Code that walks such data recursively, an application's included, overflows the stack.
    refusesDeepNesting: true,
    // Browsers let every page open a WebSocket, so nobody else would stop them.
    checksOrigin: true,
    countsBytes: true,
    longUrl: 414,
    // Our clients may hear of handlers that failed; others do not look at it.
    extensions: { hawser: 1 },
    // The client could not know yet, and its other namespaces have nothing to do with it.
    lateEvent: "is dropped",
  },
];

export interface Refusal {
  readonly code: number;
  readonly message: string;
  readonly context: Record<string, unknown>;
}

/** A server with the application of the wire tests: `echo` and `ack`, in `/` and `/admin`. */
export interface WireServer {
  readonly io: JsServer;
  readonly httpServer: HttpServer;
  readonly port: number;
  /** What `connection_error` reported, in order. */
  readonly refusals: Refusal[];
  /** `<namespace> <reason>` of every disconnected socket. */
  readonly disconnects: string[];
  /** Messages of the `error` events of sockets. */
  readonly errors: string[];
  readonly sockets: JsServerSocket[];
  close(): Promise<void>;
}

export async function startWireServer(
  implementation: Implementation,
  options: Record<string, unknown> = {},
): Promise<WireServer> {
  const { Server } = await implementation.load();
  const httpServer = createServer((_request, response) => response.writeHead(404).end("page"));
  const connections = new Set<Socket>();
  httpServer.on("connection", (socket) => {
    connections.add(socket);
    socket.once("close", () => connections.delete(socket));
  });
  // Hawser takes clients of both protocols unless it is told not to; the reference the reverse.
  const io = new Server(httpServer, { allowEIO3: false, ...options });
  await new Promise<void>((resolve) => httpServer.listen(0, "127.0.0.1", resolve));
  const server: WireServer = {
    io,
    httpServer,
    port: (httpServer.address() as AddressInfo).port,
    refusals: [],
    disconnects: [],
    errors: [],
    sockets: [],
    async close() {
      const closed = io.close();
      for (const socket of connections) socket.destroy();
      await closed;
    },
  };
  io.engine.on("connection_error", ({ code, message, context }: Refusal) =>
    server.refusals.push({ code, message, context }),
  );
  for (const nsp of ["/", "/admin"]) {
    io.of(nsp).on("connection", (socket: JsServerSocket) => serve(server, nsp, socket));
  }
  return server;
}

function serve(server: WireServer, nsp: string, socket: JsServerSocket): void {
  server.sockets.push(socket);
  socket.on("disconnect", (reason: string) => server.disconnects.push(`${nsp} ${reason}`));
  socket.on("error", (error: unknown) =>
    server.errors.push(error instanceof Error ? error.message : String(error)),
  );
  socket.on("echo", (...args: unknown[]) => {
    const last = args.at(-1);
    if (typeof last === "function") last(...args.slice(0, -1));
    else socket.emit("echo", ...args);
  });
}

/** Starts servers for tests and closes them after each. */
export function wireServers(
  implementation: Implementation,
): (options?: Record<string, unknown>) => Promise<WireServer> {
  const running: WireServer[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((server) => server.close()));
  });
  return async (options) => {
    const server = await startWireServer(implementation, options);
    running.push(server);
    return server;
  };
}
