import { EventEmitter } from "node:events";
import type {
  Contract,
  DecorateAcknowledgements,
  DefaultEventsMap,
  EndsInAck,
  EventNames,
  EventNamesWithAck,
  EventParams,
  EventsMap,
  EventsOf,
  IsAny,
  IsError,
  Last,
  ReservedOrUserEventNames,
  ReservedOrUserListener,
} from "@hawser/socket-codec/packets";

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

/** Events that can be emitted without waiting for anything. */
export type EventNamesWithoutAck<
  Map extends EventsMap,
  K extends EventNames<Map> = EventNames<Map>,
> = EventNames<Map> &
  {
    [Ev in K]: false extends EndsInAck<Parameters<Map[Ev]>> ? Ev : never;
  }[K];

/** Events whose acknowledgement starts with an error, as it does after `timeout()`. */
export type EventNamesWithError<
  Map extends EventsMap,
  K extends EventNamesWithAck<Map> = EventNamesWithAck<Map>,
> = {
  [Ev in K]: Last<Parameters<Map[Ev]>> extends (...args: infer A) => any
    ? IsAny<Map[Ev]> extends true
      ? Ev
      : A extends [infer First, ...any[]]
        ? IsError<First> extends true
          ? Ev
          : never
        : A extends []
          ? never
          : Ev
    : Ev;
}[K];

/** What an error message shows in the place of `never`, where a broadcast asks without a time limit. */
export type NoTimeout<Map extends EventsMap> = [EventNamesWithError<Map>] extends [never]
  ? "call timeout(ms) first, and declare a callback as the last parameter of the event"
  : never;

/** A map without the events that must be acknowledged. */
export type RemoveAcknowledgements<Map extends EventsMap> = {
  [Ev in keyof Map as false extends EndsInAck<Parameters<Map[Ev]>> ? Ev : never]: Map[Ev];
};

type Values<A extends any[]> = A extends [infer First, ...infer Rest]
  ? IsError<First> extends true
    ? [err: First, ...Values<Rest>]
    : [responses: First[]]
  : A extends []
    ? []
    : any[];

type MultiplyAck<F> = F extends (...args: infer A) => infer R ? (...args: Values<A>) => R : F;

/** Acknowledgements of a broadcast: the values of all receivers, in an array. */
export type DecorateAcknowledgementsWithMultipleResponses<Map> = {
  [Ev in keyof Map]: Map[Ev] extends (...args: infer P) => infer R
    ? (...args: { [I in keyof P]: MultiplyAck<P[I]> }) => R
    : Map[Ev];
};

/** Acknowledgements of a broadcast after `timeout()`: an error, and the values of all receivers. */
export type DecorateAcknowledgementsWithTimeoutAndMultipleResponses<Map> = DecorateAcknowledgements<
  DecorateAcknowledgementsWithMultipleResponses<Map>
>;

/** An array for each element. */
export type MultiplyArray<T extends any[]> = { [I in keyof T]: T[I][] };

/** The type of `socket.data` in a contract. */
export type DataOf<C extends Contract> = C extends { data: infer Data } ? Data : any;

/** The events between servers in a contract. */
export type ServerSideEventsOf<C extends Contract> = C extends { betweenServers: infer Functions }
  ? EventsOf<Functions>
  : DefaultEventsMap;

/** What can be broadcast to. */
export interface TypedEventBroadcaster<EmitEvents extends EventsMap> {
  emit<Ev extends EventNames<EmitEvents>>(ev: Ev, ...args: EventParams<EmitEvents, Ev>): boolean;
}

/**
 * Node's EventEmitter with typed events.
 * @typeParam ListenEvents what may be listened to
 * @typeParam EmitEvents what may be emitted
 * @typeParam ReservedEvents what the library itself emits
 */
export abstract class StrictEventEmitter<
    ListenEvents extends EventsMap,
    EmitEvents extends EventsMap,
    ReservedEvents extends EventsMap = {},
  >
  extends EventEmitter
  implements TypedEventBroadcaster<EmitEvents>
{
  override on<Ev extends ReservedOrUserEventNames<ReservedEvents, ListenEvents>>(
    ev: Ev,
    listener: ReservedOrUserListener<ReservedEvents, ListenEvents, Ev>,
  ): this {
    return super.on(ev, listener as (...args: unknown[]) => void);
  }

  override once<Ev extends ReservedOrUserEventNames<ReservedEvents, ListenEvents>>(
    ev: Ev,
    listener: ReservedOrUserListener<ReservedEvents, ListenEvents, Ev>,
  ): this {
    return super.once(ev, listener as (...args: unknown[]) => void);
  }

  override emit<Ev extends EventNames<EmitEvents>>(
    ev: Ev,
    ...args: EventParams<EmitEvents, Ev>
  ): boolean {
    return super.emit(ev, ...args);
  }

  /** Calls the listeners of an event of the library itself. */
  protected emitReserved<Ev extends EventNames<ReservedEvents>>(
    ev: Ev,
    ...args: EventParams<ReservedEvents, Ev>
  ): boolean {
    return super.emit(ev, ...args);
  }

  /** Calls listeners for what came from a peer and is of no known type. @param event name and arguments */
  protected emitUntyped(event: [name: string | symbol, ...args: unknown[]]): boolean {
    // The array as it is: a spread would copy it.
    return Reflect.apply(super.emit, this, event);
  }

  override listeners<Ev extends ReservedOrUserEventNames<ReservedEvents, ListenEvents>>(
    event: Ev,
  ): ReservedOrUserListener<ReservedEvents, ListenEvents, Ev>[] {
    return super.listeners(event) as ReservedOrUserListener<ReservedEvents, ListenEvents, Ev>[];
  }
}
