import { formatWithOptions } from "node:util";
import { scopesOf } from "@hawser/socket-codec/packets";
import type { EnginePacket, EngineSocket } from "./connection/link.ts";

/** What of a server can be watched. */
interface Watcher {
  engine(engine: WatchedEngine): void;
  namespace(namespace: WatchedNamespace): void;
}

/** The engine may be one of others: what it does not emit is not seen. */
interface WatchedEngine {
  on(event: "connection", listener: (conn: EngineSocket) => void): unknown;
  on(event: "headers", listener: (headers: unknown, req: WatchedRequest) => void): unknown;
  on(event: "connection_error", listener: (refusal: Refusal) => void): unknown;
}

interface WatchedRequest {
  readonly method?: string;
  readonly url?: string;
}

interface WatchedNamespace {
  readonly name: string;
  on(event: "connect", listener: (socket: WatchedSocket) => void): unknown;
}

interface WatchedSocket {
  readonly id: string;
  on(event: "disconnect", listener: (reason: string) => void): unknown;
  onAny(listener: (event: string, ...args: unknown[]) => void): unknown;
  onAnyOutgoing(listener: (event: string, ...args: unknown[]) => void): unknown;
}

/** What `io.engine` gives to listeners of `connection_error`. */
interface Refusal {
  readonly req?: WatchedRequest;
  readonly code?: number;
  readonly message?: string;
  readonly context?: unknown;
}

const ONE_LINE = { breakLength: Number.POSITIVE_INFINITY, compact: true };

type Write = (template: string, ...values: unknown[]) => void;

/**
 * Writes to stderr what happens, when the environment asks for it: `DEBUG=socket.io*,engine* node app.js`.
 * It listens like an application does, so that nothing is paid for it otherwise.
 */
export const debug: Watcher | undefined = watcherFor(process.env.DEBUG);

function watcherFor(text: string | undefined): Watcher | undefined {
  const wanted = scopesOf(text ?? "");
  const writer = (scope: string): Write | undefined =>
    wanted(scope)
      ? (template, ...values) => {
          const line = formatWithOptions(ONE_LINE, template, ...values);
          process.stderr.write(`${new Date().toISOString()} ${scope} ${line}\n`);
        }
      : undefined;
  const server = writer("socket.io:server");
  const client = writer("socket.io:client");
  const namespaces = writer("socket.io:namespace");
  const sockets = writer("socket.io:socket");
  const engines = writer("engine");
  const sessions = writer("engine:socket");
  if (!(server ?? client ?? namespaces ?? sockets ?? engines ?? sessions)) {
    return undefined;
  }
  return {
    engine(engine) {
      server?.("engine attached");
      if (engines) {
        watchEngine(engine, engines);
      }
      engine.on("connection", (conn) => {
        if (client) {
          client("connection %s opened over %s", conn.id, conn.transport.name);
          conn.on("close", (reason) => client("connection %s closed: %s", conn.id, reason));
        }
        if (sessions) {
          watchSession(conn, sessions);
        }
      });
    },
    namespace(namespace) {
      server?.("initializing namespace %s", namespace.name);
      if (namespaces || sockets) {
        watchNamespace(namespace, namespaces, sockets);
      }
    },
  };
}

function watchEngine(engine: WatchedEngine, write: Write): void {
  engine.on("headers", (_headers, req) => write("handling %s %s", req.method, req.url));
  engine.on("connection_error", ({ req, code, message, context }) =>
    write("refusing %s %s: %s %s %O", req?.method, req?.url, code, message, context ?? {}),
  );
}

function watchSession(conn: EngineSocket, write: Write): void {
  const { id } = conn;
  conn.on("packet", ({ type, data }: EnginePacket) => write("%s received %s %O", id, type, data));
  conn.on("packetCreate", ({ type, data }: EnginePacket) =>
    write("%s sending %s %O", id, type, data),
  );
  conn.on("upgrading", (transport) => write("%s probing %s", id, transport.name));
  conn.on("upgrade", (transport) => write("%s upgraded to %s", id, transport.name));
  conn.on("close", (reason) => write("%s closed: %s", id, reason));
}

function watchNamespace(
  namespace: WatchedNamespace,
  namespaces: Write | undefined,
  sockets: Write | undefined,
): void {
  namespace.on("connect", (socket) => {
    namespaces?.("adding socket %s to %s", socket.id, namespace.name);
    socket.on("disconnect", (reason) => {
      namespaces?.("removing socket %s from %s", socket.id, namespace.name);
      sockets?.("%s disconnected: %s", socket.id, reason);
    });
    if (sockets) {
      socket.onAny((event, ...args) => sockets("%s received %j %O", socket.id, event, args));
      socket.onAnyOutgoing((event, ...args) => sockets("%s sending %j %O", socket.id, event, args));
    }
  });
}
