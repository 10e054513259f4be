import type { DefaultEventsMap, EventsMap } from "./events.ts";
import { createIo, type Io } from "./io.ts";
import { Connection } from "./manager/connection.ts";
import type { ManagerOptions, Parser, SocketOptions } from "./options.ts";
import type { Environment } from "./session/environment.ts";
import type { Manager, Socket } from "./socket/socket.ts";

/** The Manager as it is constructed. */
export interface ManagerConstructor {
  /** @param uri of the server; without one, that of the page */
  new <
    ListenEvents extends EventsMap = DefaultEventsMap,
    EmitEvents extends EventsMap = ListenEvents,
  >(
    uri?: string,
    opts?: ManagerOptions,
  ): Manager<ListenEvents, EmitEvents>;
  new <
    ListenEvents extends EventsMap = DefaultEventsMap,
    EmitEvents extends EventsMap = ListenEvents,
  >(
    opts: ManagerOptions,
  ): Manager<ListenEvents, EmitEvents>;
  readonly prototype: Manager;
}

/** What an entry of the package exports. */
export interface Client {
  io: Io;
  Manager: ManagerConstructor;
}

/**
 * Binds the client to what it runs on.
 * @param parser the encoding where options name none @param SocketClass what its sockets are
 */
export function createClient(
  environment: Environment,
  parser: Parser,
  SocketClass: typeof Socket,
): Client {
  class SocketManager extends Connection {
    // Without a prototype: a namespace may have any name.
    readonly nsps: Record<string, Socket> = Object.create(null);

    constructor(uri?: string | ManagerOptions, opts?: ManagerOptions) {
      const [source, options] = typeof uri === "object" ? [undefined, uri] : [uri, opts];
      super(environment, parser, source, options);
    }

    socket(nsp: string, opts?: SocketOptions): Socket {
      let socket = this.nsps[nsp];
      if (!socket) {
        socket = new SocketClass(this, nsp, opts);
        this.nsps[nsp] = socket;
      } else if (this._autoConnect && !socket.active) {
        socket.connect();
      }
      return socket;
    }
  }
  const Manager = SocketManager as unknown as ManagerConstructor;
  return { io: createIo(Manager), Manager };
}
