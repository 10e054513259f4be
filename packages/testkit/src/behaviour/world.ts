import type {
  ClientOptions,
  ClientPeer,
  Feature,
  Mode,
  RunningClient,
  RunningServer,
  ServerOptions,
  ServerPeer,
} from "../peers/contract.ts";
import type { JsClientSocket, JsServer, JsServerSocket } from "../peers/js-api.ts";
import { SETTLED } from "../peers/reference-app.ts";
import { TcpProxy } from "../tcp-proxy.ts";
import { pause } from "../waiting.ts";

export interface Pair {
  readonly server: ServerPeer;
  readonly client: ClientPeer;
}

/** What one behaviour has started; all of it ends with the behaviour. */
export class World {
  readonly mode: Mode;
  readonly #pair: Pair;
  readonly #endings: (() => unknown)[] = [];

  constructor(pair: Pair, mode: Mode) {
    this.#pair = pair;
    this.mode = mode;
  }

  /** For what a behaviour asserts only of peers that have the feature. */
  has(feature: Feature): boolean {
    return !(feature in this.#pair.server.lacks || feature in this.#pair.client.lacks);
  }

  /** Runs when the behaviour is over, whatever its outcome; the last one first. */
  defer(ending: () => unknown): void {
    this.#endings.push(ending);
  }

  async serve(options?: ServerOptions): Promise<RunningServer> {
    const server = await this.#pair.server.start(options);
    let stopped: Promise<void> | undefined;
    const stop = server.stop.bind(server);
    server.stop = () => {
      stopped ??= stop();
      return stopped;
    };
    this.defer(() => server.stop());
    return server;
  }

  async proxy(server: RunningServer): Promise<TcpProxy> {
    const proxy = await TcpProxy.start(server.port);
    this.defer(() => proxy.close());
    return proxy;
  }

  /** A client that has begun to connect. */
  async begin(
    to: { readonly url: string },
    options: Partial<ClientOptions> = {},
  ): Promise<RunningClient> {
    const client = await this.#pair.client.start(to.url, { mode: this.mode, ...options });
    this.defer(() => client.disconnect());
    return client;
  }

  /** A client that has joined all its namespaces. */
  async connect(
    to: { readonly url: string },
    options: Partial<ClientOptions> = {},
  ): Promise<RunningClient> {
    const client = await this.begin(to, options);
    for (const nsp of options.namespaces ?? ["/"]) {
      await client.journal.until({ type: "connect", nsp });
    }
    return client;
  }

  /**
   * A client whose transport is the last one of its mode, on both sides, and that is quiet: a
   * polling client has a request pending.
   */
  async settle(
    to: { readonly url: string },
    options: Partial<ClientOptions> = {},
  ): Promise<RunningClient> {
    const client = await this.connect(to, options);
    const last = this.mode === "polling" ? "polling" : "websocket";
    await eventually(async () => (await client.transport()) === last, `${last} transport`);
    await client.request(SETTLED);
    if (this.mode === "polling") await pause(30);
    return client;
  }

  async dispose(): Promise<void> {
    const failures: unknown[] = [];
    for (const ending of this.#endings.reverse()) {
      try {
        await ending();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}

/** The JavaScript server of a pair that has one; behaviours that use it need `server.api`. */
export function api(server: RunningServer): JsServer {
  if (!server.io) throw new Error("the server has no JavaScript API");
  return server.io;
}

/** The server's socket of a client in a namespace. */
export async function socketOf(
  server: RunningServer,
  client: { id(): Promise<string> },
  nsp = "/",
): Promise<JsServerSocket> {
  const sid = await client.id();
  const socket = api(server).of(nsp).sockets.get(sid);
  if (!socket) throw new Error(`the server has no socket ${sid} in ${nsp}`);
  return socket;
}

/** The JavaScript socket of a client; behaviours that use it need `client.api`. */
export function socket(client: { readonly socket?: JsClientSocket }): JsClientSocket {
  if (!client.socket) throw new Error("the client has no JavaScript API");
  return client.socket;
}

export async function eventually(
  condition: () => boolean | Promise<boolean>,
  what: string,
  timeout = 5000,
): Promise<void> {
  const end = Date.now() + timeout;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`not within ${timeout} ms: ${what}`);
    await pause(10);
  }
}

/** The arguments of the next event of that name. */
export function once(
  emitter: { once(event: string, listener: (...args: never[]) => unknown): unknown },
  event: string,
  timeout = 5000,
): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${event} within ${timeout} ms`)), timeout);
    emitter.once(event, (...args: unknown[]) => {
      clearTimeout(timer);
      resolve(args);
    });
  });
}
