import type { Packet } from "@hawser/socket-codec/packets";
import type { ConnectionCloseReason } from "../connection/member.ts";
import { type EventsMap, StrictEventEmitter } from "../events.ts";
import { throwLater } from "../throw-later.ts";
import type { AnyListener } from "./catch-all.ts";
import { type Event, Interceptors, type PacketMiddleware } from "./interceptors.ts";

export type DisconnectReason =
  | ConnectionCloseReason
  | "client namespace disconnect"
  | "server namespace disconnect";

export interface SocketReservedEvents {
  /** The socket is about to leave; its rooms are still there. */
  disconnecting: (reason: DisconnectReason, description?: unknown) => void;
  /** The socket has left. */
  disconnect: (reason: DisconnectReason, description?: unknown) => void;
  /** A packet middleware refused an event, or the client sent what cannot be read. */
  error: (error: Error) => void;
}

/** The listeners of a socket: what an event meets when it comes in, and the one place that calls them. */
export abstract class Listeners<
  ListenEvents extends EventsMap,
  EmitEvents extends EventsMap,
> extends StrictEventEmitter<ListenEvents, EmitEvents, SocketReservedEvents> {
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
    this.#interceptors?.outgoing.call(packet.data as Event);
  }

  /** An event came in: catch-all listeners, then middlewares, then the listeners of the event. */
  protected receive(event: Event): void {
    if (!this.#interceptors) {
      this.#dispatch(event);
      return;
    }
    try {
      this.#interceptors.intercept(event, (error) => this.#dispatch(event, error));
    } catch (error) {
      throwLater(error);
    }
  }

  /** Calls listeners. What they throw is the application's, and must not end the work around it. */
  protected call(event: Event): void {
    // Without a listener Node's emitter would throw the error itself (CVE-2024-38355).
    if (event[0] === "error" && this.listenerCount("error") === 0) {
      return;
    }
    try {
      this.emitUntyped(event);
    } catch (error) {
      throwLater(error);
    }
  }

  #dispatch(event: Event, error?: Error): void {
    // A middleware may have taken its time.
    if (this.connected) {
      this.call(error ? ["error", error] : event);
    }
  }

  #made(): Interceptors {
    this.#interceptors ??= new Interceptors();
    return this.#interceptors;
  }
}
