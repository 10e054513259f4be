import type { JsServerModule, Listener } from "./js-api.ts";

type Reply = (error?: Error | null) => void;

/** What is used of the servers of Socket.IO 2. */
interface OldSocket {
  readonly id: string;
  readonly handshake: { readonly query: Record<string, string> };
  readonly conn: unknown;
  readonly broadcast: unknown;
  on(event: string, listener: Listener): unknown;
  emit(event: string, ...args: unknown[]): unknown;
  use(middleware: (event: unknown[], next: Reply) => void): unknown;
  join(room: string, done: Reply): unknown;
  leave(room: string, done: Reply): unknown;
  disconnect(): unknown;
}

interface OldNamespace {
  readonly name: string;
  readonly connected: Record<string, OldSocket>;
  on(event: string, listener: (socket: OldSocket) => void): unknown;
  use(middleware: (socket: OldSocket, next: Reply) => void): unknown;
  to(room: string): unknown;
  emit(event: string, ...args: unknown[]): unknown;
}

interface OldServer {
  of(name: string): OldNamespace;
  close(done: () => void): void;
}

export type OldServerClass = new (server?: unknown, options?: Record<string, unknown>) => OldServer;

/** Makes of `Old` what the reference application and the peers use of a current server. */
export function currentServer(Old: OldServerClass, losesWelcome: boolean): JsServerModule {
  class Server {
    readonly #old: OldServer;

    constructor(httpServer: unknown, options: Record<string, unknown>) {
      this.#old = new Old(httpServer, { ...options, serveClient: false });
      // Where only another namespace has a middleware, 2.0 never tells clients that they are in `/`.
      if (losesWelcome) this.#old.of("/").use((_socket, next) => next());
    }

    of(name: string) {
      return new CurrentNamespace(this.#old.of(name));
    }

    close(): Promise<void> {
      return new Promise((resolve) => this.#old.close(resolve));
    }
  }
  return { Server: Server as unknown as JsServerModule["Server"] };
}

class CurrentNamespace {
  readonly #old: OldNamespace;
  readonly name: string;
  readonly sockets: { get(sid: string): CurrentSocket | undefined };

  constructor(old: OldNamespace) {
    this.#old = old;
    this.name = old.name;
    this.sockets = { get: (sid) => old.connected[sid] && new CurrentSocket(old.connected[sid]) };
  }

  on(event: string, listener: (socket: CurrentSocket) => void): void {
    this.#old.on(event, (socket) => listener(new CurrentSocket(socket)));
  }

  use(middleware: (socket: CurrentSocket, next: Reply) => void): void {
    this.#old.use((socket, next) => middleware(new CurrentSocket(socket), next));
  }

  to(room: string): unknown {
    return this.#old.to(room);
  }

  emit(event: string, ...args: unknown[]): void {
    this.#old.emit(event, ...args);
  }
}

class CurrentSocket {
  readonly #old: OldSocket;
  readonly id: string;
  readonly handshake: object;

  constructor(old: OldSocket) {
    this.#old = old;
    this.id = old.id;
    this.handshake = old.handshake;
  }

  get conn(): unknown {
    return this.#old.conn;
  }

  get broadcast(): unknown {
    return this.#old.broadcast;
  }

  on(event: string, listener: Listener): void {
    this.#old.on(event, listener);
  }

  /** There were no catch-all listeners, but middlewares for each event. */
  onAny(listener: Listener): void {
    this.#old.use((event, next) => {
      (listener as (...args: unknown[]) => void)(...event);
      next();
    });
  }

  emit(event: string, ...args: unknown[]): void {
    this.#old.emit(event, ...args);
  }

  join(room: string): Promise<void> {
    return new Promise((resolve) => this.#old.join(room, () => resolve()));
  }

  leave(room: string): Promise<void> {
    return new Promise((resolve) => this.#old.leave(room, () => resolve()));
  }

  disconnect(): void {
    this.#old.disconnect();
  }
}
