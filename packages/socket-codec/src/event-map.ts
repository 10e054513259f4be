/** The types of events and of their acknowledgements, as both sides of a connection declare them. */

/** An interface of event names and the signatures of their listeners. */
export interface EventsMap {
  [event: string]: any;
}

/** Any name, any arguments: what is assumed where no map is given. */
export interface DefaultEventsMap {
  [event: string]: (...args: any[]) => void;
}

/** The names of a map. */
export type EventNames<Map extends EventsMap> = keyof Map & (string | symbol);

/** What the listeners of an event take. */
export type EventParams<Map extends EventsMap, Ev extends EventNames<Map>> = Parameters<Map[Ev]>;

/** What can be listened to: events of the library, and those of the application. */
export type ReservedOrUserEventNames<Reserved extends EventsMap, User extends EventsMap> =
  | EventNames<Reserved>
  | EventNames<User>;

type FallbackToUntypedListener<T> = [T] extends [never]
  ? (...args: any[]) => void | Promise<void>
  : T;

/** The listener of an event as a condition on its name; events of the library win. */
type ListenerByCondition<Reserved extends EventsMap, User extends EventsMap, Ev> =
  Ev extends EventNames<Reserved> ? Reserved[Ev] : Ev extends EventNames<User> ? User[Ev] : never;

/**
 * The same as an access to the map, where that has a fixed list of names. The two are one type for a
 * name that is known; for one that is a type parameter, only this lets wrappers compile:
 * `<E extends keyof Map>(ev: E, listener: Map[E]) => socket.on(ev, listener)`.
 */
type ListenerByAccess<Reserved, User, Ev, Otherwise> = User extends unknown
  ? string extends keyof User
    ? Otherwise
    : Access<{ [K in keyof User as K extends keyof Reserved ? never : K]: User[K] }, Ev>
  : never;

type Access<Map, Ev> = Map[Ev & keyof Map];

/** The listener of an event. */
export type ReservedOrUserListener<
  Reserved extends EventsMap,
  User extends EventsMap,
  Ev extends ReservedOrUserEventNames<Reserved, User>,
  Conditional = FallbackToUntypedListener<ListenerByCondition<Reserved, User, Ev>>,
> = Conditional | ListenerByAccess<Reserved, User, Ev, Conditional>;

export type IsAny<T> = 0 extends 1 & T ? true : false;

/** Not distributed over unions: `boolean` is no error twice. */
export type IsError<T> = IsAny<T> extends true ? false : [T] extends [Error] ? true : false;

/** The last of a list of parameters, be it optional or not. */
export type Last<T extends any[]> = T extends [...any[], infer L]
  ? L
  : Required<T> extends [...any[], infer L]
    ? L
    : any;

/** A list of parameters without its last; what was optional has to be given, if only as undefined. */
export type AllButLast<T extends any[]> = T extends [...infer Head, any]
  ? Head
  : Required<T> extends [...infer Head, any]
    ? { [I in keyof Head]: I extends keyof T ? T[I] : never }
    : any[];

/** Whether a list of parameters ends in an acknowledgement; `boolean` where that is not known. */
export type EndsInAck<P extends any[]> = P extends []
  ? false
  : IsAny<Last<P>> extends true
    ? boolean
    : NonNullable<Last<P>> extends (...args: any[]) => any
      ? P extends [...any[], infer L]
        ? undefined extends L
          ? boolean
          : true
        : boolean
      : false;

/** Events whose last parameter is a function. */
export type EventNamesWithAck<
  Map extends EventsMap,
  K extends EventNames<Map> = EventNames<Map>,
> = EventNames<Map> &
  {
    [Ev in K]: true extends EndsInAck<Parameters<Map[Ev]>> ? Ev : never;
  }[K];

/**
 * What an error message shows in the place of `never` where no event of a map can be acknowledged:
 * the event's last parameter has to be a callback, or the map made of functions by {@link EventsOf}.
 */
export type NoAcknowledgement<Map extends EventsMap> = [EventNamesWithAck<Map>] extends [never]
  ? "no event of this map has a callback as its last parameter"
  : never;

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

/** The first parameter of an acknowledgement that is not its error. */
export type FirstNonErrorArg<F> =
  NonNullable<F> extends (...args: infer A) => any ? FirstNonErrorTuple<A> : any;

/** The first of a list that is not an error. */
export type FirstNonErrorTuple<A extends any[]> =
  IsAny<A[0]> extends true ? any : A[0] extends Error ? A[1] : A[0];

/**
 * A map of events, made of plain functions: what they return is the acknowledgement.
 * `join(room: string): string[]` becomes `join(room: string, reply: (response: string[]) => void): void`.
 * An event that returns nothing stays as it is.
 */
export type EventsOf<Functions> = {
  [Ev in keyof Functions]: Functions[Ev] extends (...args: infer P) => infer R
    ? [Awaited<R>] extends [Nothing]
      ? (...args: P) => void
      : (...args: [...P, reply: (response: Awaited<R>) => void]) => void
    : Functions[Ev];
};

type Nothing = ReturnType<() => void>;

/** What the two sides of a namespace say to each other, declared once as functions for {@link EventsOf}. */
export interface Contract {
  /** Emitted by clients; what a function returns is the server's acknowledgement. */
  clientToServer: object;
  /** Emitted by the server; what a function returns is the client's acknowledgement. */
  serverToClient: object;
  /** Emitted by servers of a cluster to each other. */
  betweenServers?: object;
  /** The type of `socket.data` on the server. */
  data?: unknown;
}
