import { Journal } from "../journal.ts";
import { ask } from "./ask.ts";
import type {
  ClientNamespace,
  ClientOptions,
  ClientPeer,
  Lacks,
  Mode,
  RunningClient,
} from "./contract.ts";
import type { JsClientModule, JsClientSocket } from "./js-api.ts";
import { installClientApp } from "./reference-app.ts";

interface Description {
  readonly name: string;
  readonly release?: () => string;
  readonly lacks: Lacks;
  readonly load: () => Promise<JsClientModule>;
}

/** The `transports` option of the JavaScript clients. */
export const TRANSPORTS: Record<Mode, string[]> = {
  polling: ["polling"],
  websocket: ["websocket"],
  upgrade: ["polling", "websocket"],
};

/** A peer for any client with the JavaScript API; it runs in this process. */
export function jsClientPeer({ load, ...peer }: Description): ClientPeer {
  const hidden = "client.api" in peer.lacks;
  return {
    ...peer,
    async start(url, options) {
      const { io } = await load();
      return startClient(io, url, options, hidden);
    },
    async dispose() {},
  };
}

function startClient(
  io: JsClientModule["io"],
  url: string,
  { mode, namespaces = ["/"], auth, path, reconnection = true, forceBase64, api }: ClientOptions,
  hidden: boolean,
): RunningClient {
  const journal = new Journal();
  const [first = "/", ...others] = namespaces;
  const socketOptions = auth === undefined ? {} : { auth };
  const socket = io(url + first, {
    forceNew: true,
    transports: TRANSPORTS[mode],
    reconnection,
    // Short, so that no test waits for a backoff; without jitter, so that it is always the same.
    reconnectionDelay: 30,
    reconnectionDelayMax: 60,
    randomizationFactor: 0,
    ...(path === undefined ? {} : { path }),
    ...(forceBase64 === undefined ? {} : { forceBase64 }),
    ...socketOptions,
    ...api,
  });
  installClientApp(socket, first, journal);
  const client = new JsRunningClient(socket, first, journal, hidden);
  for (const nsp of others) client.add(nsp, socket.io.socket(nsp, socketOptions));
  return client;
}

class JsClientNamespace implements ClientNamespace {
  readonly socket?: JsClientSocket;
  readonly nsp: string;
  readonly #socket: JsClientSocket;

  /** `hidden`: what a behaviour would find is not the API that it expects. */
  constructor(socket: JsClientSocket, nsp: string, hidden: boolean) {
    this.#socket = socket;
    if (!hidden) this.socket = socket;
    this.nsp = nsp;
  }

  async id() {
    return String(this.#socket.id);
  }

  async emit(event: string, ...args: unknown[]) {
    this.#socket.emit(event, ...args);
  }

  request(event: string, ...args: unknown[]): Promise<unknown[]> {
    return ask(this.#socket, event, args);
  }

  async leave() {
    this.#socket.disconnect();
  }

  async transport() {
    return this.#socket.io.engine.transport.name;
  }
}

class JsRunningClient extends JsClientNamespace implements RunningClient {
  readonly journal: Journal;
  readonly #hidden: boolean;
  readonly #namespaces = new Map<string, JsClientNamespace>();

  constructor(socket: JsClientSocket, nsp: string, journal: Journal, hidden: boolean) {
    super(socket, nsp, hidden);
    this.journal = journal;
    this.#hidden = hidden;
    this.#namespaces.set(nsp, this);
  }

  add(nsp: string, socket: JsClientSocket): void {
    installClientApp(socket, nsp, this.journal);
    this.#namespaces.set(nsp, new JsClientNamespace(socket, nsp, this.#hidden));
  }

  in(nsp: string): JsClientNamespace {
    const namespace = this.#namespaces.get(nsp);
    if (!namespace) throw new Error(`the client has no namespace ${nsp}`);
    return namespace;
  }

  async disconnect() {
    await Promise.all([...this.#namespaces.values()].map((namespace) => namespace.leave()));
  }
}
