import { Emitter } from "@hawser/socket-codec";
import { guarded } from "./errors.ts";

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

export type Last<T extends any[]> = T extends [...any[], infer L] ? L : any;

export type AllButLast<T extends any[]> = T extends [...infer Head, any] ? Head : any[];

type IsAny<T> = 0 extends 1 & T ? true : false;

/** Events whose last parameter is (or may be) an acknowledgement. */
export type EventNamesWithAck<
  Map extends EventsMap,
  K extends EventNames<Map> = EventNames<Map>,
> = {
  [Ev in K]: IsAny<Last<Parameters<Map[Ev]>>> extends true
    ? Ev
    : Last<Parameters<Map[Ev]>> extends (...args: any[]) => any
      ? Ev
      : never;
}[K];

type PrependError<A extends any[]> =
  IsAny<A[0]> extends true
    ? [err: Error, ...rest: A]
    : A extends [infer First, ...any[]]
      ? First extends Error
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

/** The first parameter of an acknowledgement that is not its error. */
export type FirstNonErrorArg<F> = F extends (...args: infer A) => any ? FirstNonErrorTuple<A> : any;

type FirstNonErrorTuple<A extends any[]> =
  IsAny<A[0]> extends true ? any : A[0] extends Error ? A[1] : A[0];

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
  override on<Ev extends ReservedOrUserEventNames<ReservedEvents, ListenEvents>>(
    ev: Ev,
    listener: ReservedOrUserListener<ReservedEvents, ListenEvents, Ev>,
  ): this;

  override once<Ev extends ReservedOrUserEventNames<ReservedEvents, ListenEvents>>(
    ev: Ev,
    listener: ReservedOrUserListener<ReservedEvents, ListenEvents, Ev>,
  ): this;

  override off<Ev extends ReservedOrUserEventNames<ReservedEvents, ListenEvents>>(
    ev?: Ev,
    listener?: ReservedOrUserListener<ReservedEvents, ListenEvents, Ev>,
  ): this;

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
