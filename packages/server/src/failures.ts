import { types } from "node:util";
import { HawserError } from "./errors.ts";
import { asError } from "./handlers.ts";
import type { SocketCounters } from "./stats/counters.ts";
import { throwLater } from "./throw-later.ts";

/** Where a handler failed. */
export interface FailureContext<Socket = unknown> {
  /** Missing where no client is at hand, as for events of other servers. */
  socket?: Socket | undefined;
  /** The name of the namespace. */
  namespace: string;
  /** What the handler was called for; missing for middlewares of namespaces and for acknowledgements. */
  event?: string | undefined;
  /** What the handler was called with; where an acknowledgement was asked for, that is the last one. */
  args: unknown[];
}

/** Hears of every handler that threw or rejected. */
export type ErrorHandler<Socket = unknown> = (
  error: Error,
  context: FailureContext<Socket>,
) => unknown;

/** Where the failures of the application's handlers go: none ends the process. */
export class Failures {
  readonly #counters: SocketCounters;
  #handlers: readonly ErrorHandler<never>[] = [];

  constructor(counters: SocketCounters) {
    this.#counters = counters;
  }

  add(handler: ErrorHandler<never>): void {
    this.#handlers = [...this.#handlers, handler];
  }

  /** @param isHeard whether somebody else has been told: then it need not be printed */
  report(error: Error, context: FailureContext, isHeard: boolean): void {
    this.#counters.handlerErrors++;
    for (const handler of this.#handlers) {
      try {
        Promise.resolve(handler(error, context as FailureContext<never>)).catch(print);
      } catch (thrown) {
        print(thrown);
      }
    }
    if (!isHeard && this.#handlers.length === 0) {
      const { event, namespace } = context;
      const where = event === undefined ? "" : ` of ${JSON.stringify(event)}`;
      console.error(`A handler${where} in ${JSON.stringify(namespace)} failed:`, error);
    }
  }

  /** The same for what a callback that belongs to no socket has thrown. */
  reportThrown(thrown: unknown, namespace: string): void {
    this.report(asError(thrown), { namespace, args: [] }, false);
  }
}

/** A namespace, which may be one of others. */
interface FailingNamespace {
  readonly name: string;
  readonly server: { readonly failures?: Failures };
}

/** Calls back into the application, whose errors must not end the work around it. */
export function callBack(nsp: FailingNamespace | undefined, callback: () => unknown): void {
  const failed = (thrown: unknown) => {
    const failures = nsp?.server.failures;
    if (failures) {
      failures.reportThrown(thrown, nsp.name);
    } else {
      throwLater(thrown);
    }
  };
  try {
    const result = callback();
    if (types.isPromise(result)) {
      Promise.resolve(result).catch(failed);
    }
  } catch (thrown) {
    failed(thrown);
  }
}

function print(thrown: unknown): void {
  console.error("A handler of io.onError() failed:", thrown);
}

/** Whether the message of an error may be told to the peer: it was written for that. */
export function isExposed(error: Error): boolean {
  return error instanceof HawserError || (error as { expose?: unknown }).expose === true;
}
