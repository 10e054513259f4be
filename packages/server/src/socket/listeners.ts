import { errorMonitor } from "node:events";
import type { Packet } from "@hawser/socket-codec/packets";
import type { ConnectionCloseReason } from "../connection/member.ts";
import { type EventsMap, StrictEventEmitter } from "../events.ts";
import { type Call, callListeners, type Reply, type Supervisor } from "../handlers.ts";
import type { AnyListener } from "./catch-all.ts";
import { type Event, Interceptors, type PacketMiddleware } from "./interceptors.ts";

export type DisconnectReason =
  | ConnectionCloseReason
  | "client namespace disconnect"
  | "server namespace disconnect";

export interface SocketReservedEvents {
  /** The socket is about to leave; its rooms are still there. */
  disconnecting: (reason: DisconnectReason, description?: unknown) => void;
  /**
   * Nothing waits for the client any more, after something had to. A client may send an event of that name,
   * too; its listeners are the same.
   */
  drain: (...args: any[]) => void;
  /** The socket has left. */
  disconnect: (reason: DisconnectReason, description?: unknown) => void;
  /**
   * A packet middleware refused an event, a handler threw or rejected, or the client sent what cannot be
   * read. (An event of that name that a client emits comes here too.)
   */
  error: (error: Error) => void;
}

/** The listeners of a socket: what an event meets when it comes in, and the one place that calls them. */
export abstract class Listeners<ListenEvents extends EventsMap, EmitEvents extends EventsMap>
  extends StrictEventEmitter<ListenEvents, EmitEvents, SocketReservedEvents>
  implements Supervisor
{
  abstract connected: boolean;
  /** Made on first use: most sockets have none. */
  #interceptors: Interceptors | undefined;

  /** Adds a middleware that sees each event before its listeners, and may refuse it. */
  use(middleware: PacketMiddleware): this {
    this.#made().use(middleware);
    return this;
  }

  /** Calls `listener(event, ...args)` for each event that comes in, before middlewares. */
  onAny(listener: AnyListener): this {
    this.#made().incoming.append(listener);
    return this;
  }

  /** As {@link onAny}, before those that are there already. */
  prependAny(listener: AnyListener): this {
    this.#made().incoming.prepend(listener);
    return this;
  }

  /** Removes a listener of {@link onAny}; without one, all. */
  offAny(listener?: AnyListener): this {
    this.#interceptors?.incoming.remove(listener);
    return this;
  }

  /** The listeners of {@link onAny}, in order; a copy. */
  listenersAny(): AnyListener[] {
    return this.#interceptors?.incoming.list() ?? [];
  }

  /** Calls `listener(event, ...args)` for each event that goes out, broadcasts included. */
  onAnyOutgoing(listener: AnyListener): this {
    this.#made().outgoing.append(listener);
    return this;
  }

  /** As {@link onAnyOutgoing}, before those that are there already. */
  prependAnyOutgoing(listener: AnyListener): this {
    this.#made().outgoing.prepend(listener);
    return this;
  }

  /** Removes a listener of {@link onAnyOutgoing}; without one, all. */
  offAnyOutgoing(listener?: AnyListener): this {
    this.#interceptors?.outgoing.remove(listener);
    return this;
  }

  /** The listeners of {@link onAnyOutgoing}, in order; a copy. */
  listenersAnyOutgoing(): AnyListener[] {
    return this.#interceptors?.outgoing.list() ?? [];
  }

  /** Called by adapters for each packet that they send to this socket. */
  notifyOutgoingListeners(packet: Packet): void {
    this.#interceptors?.outgoing.call(packet.data as Event, this);
  }

  /** @internal a handler of this socket threw or rejected. MUST NOT throw. */
  abstract handlerFailed(thrown: unknown, call: Call, reply?: Reply): void;

  /** @internal */
  abstract handlerStarted(): void;

  /** @internal */
  abstract handlerSettled(): void;

  /** A middleware has refused an event whose sender waits for an answer. */
  protected abstract refused(error: Error, reply: Reply): void;

  /**
   * An event came in: catch-all listeners, then middlewares, then the listeners of the event.
   * @param reply its last argument, where the sender waits for an answer
   */
  protected receive(event: Event, reply?: Reply): void {
    if (this.#interceptors) {
      this.#interceptors.intercept(event, this, reply, (error) =>
        this.#decided(event, reply, error),
      );
    } else if (this.connected) {
      this.call(event, reply);
    }
  }

  /** Calls listeners, without one of `error` nobody: Node's emitter would throw (CVE-2024-38355). */
  protected call(event: Event, reply?: Reply): void {
    if (event[0] === "error") {
      callListeners(this, [errorMonitor, ...event.slice(1)]);
    }
    callListeners(this, event, reply);
  }

  #decided(event: Event, reply: Reply | undefined, error: Error | undefined): void {
    // A middleware may have taken its time.
    if (!this.connected) {
      return;
    }
    if (!error) {
      this.call(event, reply);
      return;
    }
    if (reply) {
      this.refused(error, reply);
    }
    this.call(["error", error]);
  }

  #made(): Interceptors {
    this.#interceptors ??= new Interceptors();
    return this.#interceptors;
  }
}
