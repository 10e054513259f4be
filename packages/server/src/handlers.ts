import { captureRejectionSymbol } from "node:events";
import { types } from "node:util";
import { HawserError } from "./errors.ts";
import type { Next } from "./run-in-order.ts";

/** What handlers are called for: a name and arguments; empty where there is no event. */
export type Call = readonly unknown[];

/** Answers whoever sent the event. */
export type Reply = (...args: unknown[]) => unknown;

/** Whose handlers are called, and who hears what becomes of them. */
export interface Supervisor {
  /** A handler threw or rejected. MUST NOT throw. @param reply of the event, where an answer was asked for */
  handlerFailed(thrown: unknown, call: Call, reply?: Reply): void;
  /** A handler has answered a promise, and is at work until `handlerSettled`. */
  handlerStarted(): void;
  handlerSettled(): void;
}

export type Handler = (...args: unknown[]) => unknown;

/** Node's table of listeners, which `rawListeners` would copy for each event. */
interface Listening {
  readonly _events: Readonly<Record<string, Handler | readonly Handler[] | undefined>>;
}

/**
 * Calls the listeners of an event as `emit` does, but each by itself, and sees what it answers.
 * @param emitter an EventEmitter
 * @returns whether there were any
 */
export function callListeners(emitter: Supervisor, call: Call, reply?: Reply): boolean {
  const listeners = (emitter as unknown as Listening)._events[call[0] as string];
  if (listeners === undefined) {
    return false;
  }
  if (typeof listeners === "function") {
    callHandler(listeners, emitter, call, emitter, reply);
    return true;
  }
  // A copy: listeners add and remove others.
  for (const listener of listeners.slice()) {
    callHandler(listener, emitter, call, emitter, reply);
  }
  return listeners.length > 0;
}

/** Calls one handler with the arguments of the event. */
export function callHandler(
  handler: Handler,
  self: unknown,
  call: Call,
  supervisor: Supervisor,
  reply?: Reply,
): void {
  try {
    let result: unknown;
    switch (call.length) {
      case 1:
        result = handler.call(self);
        break;
      case 2:
        result = handler.call(self, call[1]);
        break;
      case 3:
        result = handler.call(self, call[1], call[2]);
        break;
      case 4:
        result = handler.call(self, call[1], call[2], call[3]);
        break;
      default:
        result = handler.apply(self, call.slice(1));
    }
    if (typeof result === "object" && result !== null) {
      supervise(result, call, supervisor, reply);
    }
  } catch (thrown) {
    supervisor.handlerFailed(thrown, call, reply);
  }
}

/**
 * Calls Node's own hook for rejections, where the application has given an emitter one.
 * @returns whether it has
 */
export function callRejectionHook(emitter: Supervisor, error: Error, call: Call): boolean {
  const hook = (emitter as { [captureRejectionSymbol]?: unknown })[captureRejectionSymbol];
  if (typeof hook !== "function" || call[0] === "error") {
    return false;
  }
  // Under that name, so that a hook which fails does not hear of itself.
  callHandler(hook as Handler, emitter, ["error", error, ...call], emitter);
  return true;
}

/**
 * Waits for what a handler has answered, if that is a promise. Other objects with a `then` are left alone: the
 * queries of some libraries run once more when it is called.
 */
export function supervise(
  result: unknown,
  call: Call,
  supervisor: Supervisor,
  reply?: Reply,
): void {
  if (!types.isPromise(result)) {
    return;
  }
  supervisor.handlerStarted();
  Promise.resolve(result).then(
    () => supervisor.handlerSettled(),
    (thrown: unknown) => {
      supervisor.handlerSettled();
      supervisor.handlerFailed(thrown, call, reply);
    },
  );
}

/**
 * Calls a middleware, which decides by `next`. One that takes nothing but its subject may answer a promise,
 * which decides; with others a promise that is fulfilled decides nothing, since `next` may be called later.
 * @param failed called with what it threw or rejected with, instead of `next` unless `isLate`
 */
export function callMiddleware<Subject, E>(
  middleware: (subject: Subject, next: Next<E>) => unknown,
  subject: Subject,
  next: Next<E>,
  failed: (error: Error, isLate: boolean) => void,
): void {
  let isDecided = false;
  const decide: Next<E> = (error) => {
    if (!isDecided) {
      isDecided = true;
      next(error);
    }
  };
  const fail = (thrown: unknown) => {
    const isLate = isDecided;
    isDecided = true;
    failed(asError(thrown), isLate);
  };
  try {
    const result = middleware(subject, decide);
    const takesNext = middleware.length !== 1;
    if (types.isPromise(result) || (!takesNext && isThenable(result))) {
      Promise.resolve(result).then(() => takesNext || decide(), fail);
    }
  } catch (thrown) {
    fail(thrown);
  }
}

/** Handlers may throw anything; whoever hears of it gets an error. */
export function asError(thrown: unknown): Error {
  // Errors of other realms are none of this one's class.
  return thrown instanceof Error || types.isNativeError(thrown)
    ? (thrown as Error)
    : new HawserError("HANDLER_FAILED", "a handler threw what is no error", { cause: thrown });
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as PromiseLike<unknown>).then === "function"
  );
}
