// A server in a process of its own, with an application that trusts what it is given.
import { createServer, type ServerOptions } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { Duplex } from "node:stream";
import * as hawser from "@hawser/server";
import type { WebSocket } from "ws";
import { beVictim } from "./victim-contract.ts";

/** How the server is made. */
export interface ServerSetup {
  /** Another package than ours, to see that it falls. */
  readonly module?: string;
  /** Options of the server, as far as JSON can carry them. */
  readonly options?: Record<string, unknown>;
  /** Options of the HTTP server. */
  readonly http?: ServerOptions;
  /** Whether there is an HTTP middleware, which lets everybody pass. */
  readonly middleware?: boolean;
  /** Whether `allowRequest` refuses everybody. */
  readonly refusesAll?: boolean;
}

const setup: ServerSetup = JSON.parse(process.argv[2] ?? "{}");
const { Server } = setup.module ? ((await import(setup.module)) as typeof hawser) : hawser;
const httpServer = createServer(setup.http ?? {});
const io = new Server(httpServer, {
  serveClient: false,
  // What an attack leaves behind has to go by itself, and soon.
  pingInterval: 2000,
  pingTimeout: 4000,
  upgradeTimeout: 1500,
  connectTimeout: 2000,
  transports: ["polling", "websocket", "webtransport"],
  ...setup.options,
  ...(setup.refusesAll && { allowRequest: (_request, done) => done("no", false) }),
});
if (setup.middleware) {
  io.engine.use((_request, _response, next) => next());
}

for (const name of ["/", "/admin"]) {
  io.of(name).on("connection", serve);
}

function serve(socket: hawser.Socket): void {
  socket.on("echo", (...args: unknown[]) => {
    const last = args.at(-1);
    if (typeof last === "function") {
      last(...args.slice(0, -1));
    } else {
      socket.emit("echo", ...args);
    }
  });
  // The functions among what a client has sent, however deep; there must be none.
  socket.on("functions", (...args: unknown[]) => socket.emit("functions", functionsIn(args)));
  const { socket: webSocket } = socket.conn.transport as { socket?: WebSocket };
  const say = (what: string, how: () => void) => {
    try {
      how();
    } catch (error) {
      socket.emit(what, (error as Error).name);
    }
  };
  socket.on("close with numbers", (size: number) =>
    say("refused", () => webSocket?.close(1000, new Float64Array(size) as never)),
  );
  socket.on("ping with a number", (size: number) =>
    say("refused", () => webSocket?.ping(size as never)),
  );
}

function functionsIn(value: unknown): number {
  if (typeof value !== "object" || value === null) {
    return typeof value === "function" ? 1 : 0;
  }
  return Object.values(value).reduce((sum: number, item) => sum + functionsIn(item), 0);
}

// There is no HTTP/3 in Node: the bytes of a TCP connection stand for the one stream of a session.
const bridge = createTcpServer((connection) => {
  connection.on("error", () => {});
  const stream = Duplex.toWeb(connection) as unknown as {
    readable: ReadableStream<Uint8Array>;
    writable: WritableStream<Uint8Array>;
  };
  io.engine.onWebTransportSession({
    closed: new Promise<void>((resolve) => connection.once("close", () => resolve())),
    incomingBidirectionalStreams: new ReadableStream({ start: (c) => c.enqueue(stream) }),
    close: () => connection.destroy(),
  });
});

const listening = Promise.all(
  [httpServer, bridge].map(
    (server) =>
      new Promise<number>((resolve) =>
        server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)),
      ),
  ),
);

beVictim({
  start: () => listening.then(() => undefined),
  connect: async () => {
    const [port, webTransportPort] = await listening;
    return { port, webTransportPort };
  },
  state: () => ({ clients: io.engine.clientsCount }),
});
