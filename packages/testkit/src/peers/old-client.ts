import type { JsClientModule, JsClientSocket, Listener } from "./js-api.ts";

/** What is used of the clients of Socket.IO 1 and 2. */
interface OldSocket {
  readonly id: string;
  readonly nsp: string;
  readonly io: { readonly engine: unknown; socket(nsp: string, options: object): OldSocket };
  on(event: string, listener: Listener): unknown;
  emit(event: string, ...args: unknown[]): unknown;
  disconnect(): unknown;
  onevent(packet: { readonly data: unknown[]; readonly id?: number }): void;
}

export type Connect = (url: string, options: Record<string, unknown>) => OldSocket;
type Options = Record<string, unknown>;

/**
 * Makes of `connect` what the reference application and the peers use of a current client.
 * @param shortIds the client does not put the namespace before its id, as the servers do
 */
export function currentClient(connect: Connect, shortIds: boolean): JsClientModule {
  const current = (old: OldSocket) => new CurrentSocket(old, shortIds) as unknown as JsClientSocket;
  return {
    io: (url, options = {}) => current(connect(url, withQuery(options))),
  };
}

class CurrentSocket {
  readonly #old: OldSocket;
  readonly #shortIds: boolean;
  readonly io: object;

  constructor(old: OldSocket, shortIds: boolean) {
    this.#old = old;
    this.#shortIds = shortIds;
    this.io = {
      get engine() {
        return old.io.engine;
      },
      socket: (nsp: string, options: Options) =>
        new CurrentSocket(old.io.socket(nsp, withQuery(options)), shortIds),
    };
  }

  get id(): string {
    const { id, nsp } = this.#old;
    return this.#shortIds && nsp !== "/" ? `${nsp}#${id}` : id;
  }

  on(event: string, listener: Listener): void {
    this.#old.on(event, listener);
    // A refusal is an `error` here, and brings either the message or the data.
    if (event === "connect_error") {
      const refused = listener as (refusal: { message: unknown; data?: unknown }) => void;
      this.#old.on("error", (error: string | { message?: unknown }) =>
        refused(typeof error === "string" ? { message: error } : { message: error.message }),
      );
    }
  }

  onAny(listener: Listener): void {
    const note = listener as (...args: unknown[]) => void;
    const { onevent } = this.#old;
    // There were no catch-all listeners; applications of the time put themselves before this.
    this.#old.onevent = (packet) => {
      note(...packet.data);
      onevent.call(this.#old, packet);
    };
  }

  emit(event: string, ...args: unknown[]): void {
    this.#old.emit(event, ...args);
  }

  disconnect(): void {
    this.#old.disconnect();
  }
}

/** Credentials were texts in the query: of the connection for `/`, else of the namespace. */
function withQuery({ auth, ...options }: Options): Options {
  if (typeof auth !== "object" || auth === null) return options;
  const query = Object.entries(auth)
    .map((pair) => pair.map((text) => encodeURIComponent(String(text))).join("="))
    .join("&");
  return { ...options, query };
}
