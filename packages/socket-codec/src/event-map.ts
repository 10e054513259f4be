/** The types of events and of their acknowledgements, as both sides of a connection declare them. */

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

export type IsAny<T> = 0 extends 1 & T ? true : false;

/** Not distributed over unions: `boolean` is no error twice. */
export type IsError<T> = IsAny<T> extends true ? false : [T] extends [Error] ? true : false;

export type Last<T extends any[]> = T extends [...any[], infer L] ? L : any;

export type AllButLast<T extends any[]> = T extends [...infer Head, any] ? Head : any[];

/** Whether a list of parameters ends in an acknowledgement; `boolean` where that is not known. */
export type EndsInAck<P extends any[]> = P extends []
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
export type FirstNonErrorArg<F> = F extends (...args: infer A) => any ? FirstNonErrorTuple<A> : any;

export type FirstNonErrorTuple<A extends any[]> =
  IsAny<A[0]> extends true ? any : A[0] extends Error ? A[1] : A[0];
