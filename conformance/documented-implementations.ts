import { createServer, type IncomingHttpHeaders, request } from "node:http";
import type { AddressInfo } from "node:net";
import type { Socket as ClientSocket, ManagerOptions, SocketOptions } from "@hawser/client";
import type { Server, ServerOptions } from "@hawser/server";
import { afterEach } from "vitest";

type ClientModule = typeof import("@hawser/client");
type ServerModule = typeof import("@hawser/server");
type Engine = import("@hawser/server/engine").Server;

/** One of the two that the documentation of Socket.IO must be true of. */
export interface Documented {
  readonly name: string;
  readonly server: () => Promise<ServerModule>;
  readonly client: () => Promise<ClientModule>;
  readonly engine: () => Promise<Engine>;
}

export const DOCUMENTED: readonly Documented[] = [
  {
    name: "official",
    server: async () => (await import("socket.io")) as unknown as ServerModule,
    client: async () => (await import("socket.io-client")) as unknown as ClientModule,
    engine: async () => new (await import("engine.io")).Server() as unknown as Engine,
  },
  {
    name: "hawser",
    server: () => import("@hawser/server"),
    client: () => import("@hawser/client"),
    engine: async () => new (await import("@hawser/server/engine")).Server(),
  },
];

/** A running server, and clients of the same implementation. */
export interface World {
  readonly io: Server;
  readonly port: number;
  readonly url: string;
  connect(options?: Partial<ManagerOptions & SocketOptions>, path?: string): ClientSocket;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
}

export interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Starts worlds, and ends them after each test. */
export function worldsOf({ server, client }: Documented) {
  const endings: (() => unknown)[] = [];
  afterEach(async () => {
    for (const ending of endings.splice(0).reverse()) await ending();
  });
  return async (options: Partial<ServerOptions> = {}): Promise<World> => {
    const { Server } = await server();
    const { io: connect } = await client();
    const httpServer = createServer();
    const io = new Server(httpServer, options);
    await new Promise<void>((resolve) => httpServer.listen(0, "127.0.0.1", resolve));
    const { port } = httpServer.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}`;
    endings.push(() => io.close());
    return {
      io,
      port,
      url,
      connect(clientOptions, path = "") {
        const socket = connect(url + path, { forceNew: true, ...clientOptions });
        endings.push(() => socket.disconnect());
        return socket;
      },
      get: (path, headers = {}) => get(port, path, headers),
    };
  };
}

function get(port: number, path: string, headers: Record<string, string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ port, path, headers, agent: false }, (response) => {
      let body = "";
      response.on("data", (chunk) => {
        body += chunk;
      });
      response.on("end", () =>
        resolve({ status: response.statusCode, headers: response.headers, body }),
      );
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}

interface Emitter {
  once(event: string, listener: (...args: never[]) => void): unknown;
}

/** The arguments of the next such event. */
export function next<Args extends unknown[] = unknown[]>(
  from: Emitter,
  event: string,
): Promise<Args> {
  return new Promise((resolve) =>
    from.once(event, (...args) => resolve(args as unknown[] as Args)),
  );
}
