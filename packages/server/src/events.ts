import { EventEmitter } from "node:events";

/** An interface of event names and the signatures of their listeners. */
export interface EventsMap {
  [event: string]: any;
}

/** Any name, any arguments: what is assumed where no map is given. */
export interface DefaultEventsMap {
  [event: string]: (...args: any[]) => void;
}

export type EventNames<Map extends EventsMap> = keyof Map & (string | symbol);

export type EventParams<Map extends EventsMap, Ev extends EventNames<Map>> = Parameters<Map[Ev]>;

export type ReservedOrUserEventNames<Reserved extends EventsMap, User extends EventsMap> =
  | EventNames<Reserved>
  | EventNames<User>;

type FallbackToUntypedListener<T> = [T] extends [never]
  ? (...args: any[]) => void | Promise<void>
  : T;

export type ReservedOrUserListener<
  Reserved extends EventsMap,
  User extends EventsMap,
  Ev extends ReservedOrUserEventNames<Reserved, User>,
> = FallbackToUntypedListener<
  Ev extends EventNames<Reserved> ? Reserved[Ev] : Ev extends EventNames<User> ? User[Ev] : never
>;

type IsAny<T> = 0 extends 1 & T ? true : false;

/** Not distributed over unions: `boolean` is no error twice. */
type IsError<T> = IsAny<T> extends true ? false : [T] extends [Error] ? true : false;

export type Last<T extends any[]> = T extends [...any[], infer L] ? L : any;

export type AllButLast<T extends any[]> = T extends [...infer Head, any] ? Head : any[];

/** Whether a list of parameters ends in an acknowledgement; `boolean` where that is not known. */
type EndsInAck<P extends any[]> = P extends []
  ? false
  : IsAny<Last<P>> extends true
    ? boolean
    : Last<P> extends (...args: any[]) => any
      ? true
      : false;

/** Events whose last parameter is a function. */
export type EventNamesWithAck<
  Map extends EventsMap,
  K extends EventNames<Map> = EventNames<Map>,
> = EventNames<Map> &
  {
    [Ev in K]: true extends EndsInAck<Parameters<Map[Ev]>> ? Ev : never;
  }[K];

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

export type RemoveAcknowledgements<Map extends EventsMap> = {
  [Ev in keyof Map as false extends EndsInAck<Parameters<Map[Ev]>> ? Ev : never]: Map[Ev];
};

type PrependError<A extends any[]> = A extends [infer First, ...any[]]
  ? IsError<First> extends true
    ? A
    : [err: Error, ...rest: A]
  : [err: Error, ...rest: A];

type DecorateAck<F> = F extends (...args: infer A) => infer R ? (...args: PrependError<A>) => R : F;

/** Acknowledgements get `err: Error` in front, unless they have it already. */
export type DecorateAcknowledgements<Map> = {
  [Ev in keyof Map]: Map[Ev] extends (...args: infer P) => infer R
    ? (...args: { [I in keyof P]: DecorateAck<P[I]> }) => R
    : Map[Ev];
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

export type DecorateAcknowledgementsWithTimeoutAndMultipleResponses<Map> = DecorateAcknowledgements<
  DecorateAcknowledgementsWithMultipleResponses<Map>
>;

/** The first parameter of an acknowledgement that is not its error. */
export type FirstNonErrorArg<F> = F extends (...args: infer A) => any ? FirstNonErrorTuple<A> : any;

export type FirstNonErrorTuple<A extends any[]> = A[0] extends Error ? A[1] : A[0];

export type MultiplyArray<T extends any[]> = { [I in keyof T]: T[I][] };

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

  /** Calls listeners for what came from a peer and is of no known type. */
  protected emitUntyped(ev: string | symbol, ...args: unknown[]): boolean {
    return super.emit(ev, ...args);
  }

  override listeners<Ev extends ReservedOrUserEventNames<ReservedEvents, ListenEvents>>(
    event: Ev,
  ): ReservedOrUserListener<ReservedEvents, ListenEvents, Ev>[] {
    return super.listeners(event) as ReservedOrUserListener<ReservedEvents, ListenEvents, Ev>[];
  }
}
