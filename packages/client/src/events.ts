import {
  Emitter,
  type EventNames,
  type EventParams,
  type EventsMap,
  type ReservedOrUserEventNames,
  type ReservedOrUserListener,
} from "@hawser/socket-codec/packets";
import { guarded } from "./errors.ts";

export type {
  AllButLast,
  Contract,
  DecorateAcknowledgements,
  DefaultEventsMap,
  EventNames,
  EventNamesWithAck,
  EventParams,
  EventsMap,
  EventsOf,
  FirstNonErrorArg,
  FirstNonErrorTuple,
  Last,
  NoAcknowledgement,
  ReservedOrUserEventNames,
  ReservedOrUserListener,
} from "@hawser/socket-codec/packets";

/** Gets every event: its name, then its arguments. */
export type CatchAllListener = (...args: any[]) => void;

/** What a refusal by the server comes with. */
export interface ExtendedError extends Error {
  /** As the server's middleware set it. */
  data?: any;
}

/** The types of {@link TypedEmitter}; nothing of it exists at run time. */
declare abstract class TypedEvents<
  ListenEvents extends EventsMap,
  ReservedEvents extends EventsMap,
> extends Emitter {
  /** Calls `listener` with the arguments of each such event. */
  override on<Ev extends ReservedOrUserEventNames<ReservedEvents, ListenEvents>>(
    ev: Ev,
    listener: ReservedOrUserListener<ReservedEvents, ListenEvents, Ev>,
  ): this;

  /** Calls `listener` for the next such event only. */
  override once<Ev extends ReservedOrUserEventNames<ReservedEvents, ListenEvents>>(
    ev: Ev,
    listener: ReservedOrUserListener<ReservedEvents, ListenEvents, Ev>,
  ): this;

  /** Removes a listener; without one, all of that event; without arguments, all. */
  override off<Ev extends ReservedOrUserEventNames<ReservedEvents, ListenEvents>>(
    ev?: Ev,
    listener?: ReservedOrUserListener<ReservedEvents, ListenEvents, Ev>,
  ): this;

  /** The listeners of an event, in order; a copy. */
  override listeners<Ev extends ReservedOrUserEventNames<ReservedEvents, ListenEvents>>(
    ev: Ev,
  ): ReservedOrUserListener<ReservedEvents, ListenEvents, Ev>[];

  protected override emitReserved<Ev extends EventNames<ReservedEvents>>(
    ev: Ev,
    ...args: EventParams<ReservedEvents, Ev>
  ): void;
}

/** A listener that throws must not break the connection: its error becomes an uncaught one. */
class GuardedEmitter extends Emitter {
  protected override call(listener: (...args: never[]) => unknown, args: unknown[]): void {
    guarded(() => super.call(listener, args));
  }
}

/**
 * The emitter with typed events.
 * @typeParam ListenEvents what may be listened to
 * @typeParam ReservedEvents what the library itself emits
 */
export const TypedEmitter = GuardedEmitter as unknown as typeof TypedEvents;
