import { HawserTypeError } from "./errors.ts";

/**
 * What becomes of a message for a reader that is so far behind that the budget is used up:
 * - `disconnect`: the connection ends
 * - `drop-new`: the message is not sent
 * - `drop-old`: the oldest events that wait with the same policy are not sent
 * - `latest`: an event takes the place of the one that waits under its key, even within the budget
 * - `block`: `emitWithAck` waits for the reader; other emits do as under `disconnect`
 */
export type BackpressurePolicy = "disconnect" | "drop-new" | "drop-old" | "latest" | "block";

/** For `policy("latest", options)`. */
export interface PolicyOptions {
  /** Events with the same key take each other's place. Default: those with the same name. */
  key?: string | undefined;
}

/** What is done for slow readers; docs/backpressure.md tells more. */
export interface Backpressure {
  /** Default: `"disconnect"`. */
  readonly policy: BackpressurePolicy;
  /** Bytes that may wait for one reader, whatever holds them. Default: 4 MiB. */
  readonly budget: number;
}

/** The option `backpressure`. */
export interface BackpressureOptions extends Backpressure {
  /**
   * Promises of handlers that may be unsettled for one connection; while there are more, nothing is read
   * from it. Default: 10000.
   */
  readonly maxPendingEvents: number;
}

export const BACKPRESSURE_DEFAULTS: BackpressureOptions = Object.freeze({
  policy: "disconnect",
  budget: 4 * 1024 * 1024,
  maxPendingEvents: 10_000,
});

const POLICIES: ReadonlySet<unknown> = new Set<BackpressurePolicy>([
  "disconnect",
  "drop-new",
  "drop-old",
  "latest",
  "block",
]);

/**
 * What is given, over what stands otherwise.
 * @throws HawserTypeError `INVALID_OPTION`
 */
export function resolveBackpressure<T extends Backpressure>(
  given: Partial<T> | undefined,
  base: T,
): T {
  const resolved = { ...base, ...given };
  const { policy, budget } = resolved;
  checkPolicy(policy);
  check(isCount(budget), 'option "backpressure.budget" must be a positive number of bytes');
  if ("maxPendingEvents" in resolved) {
    const problem = 'option "backpressure.maxPendingEvents" must be a positive number';
    check(isCount(resolved.maxPendingEvents), problem);
  }
  return resolved;
}

/** @throws HawserTypeError `INVALID_OPTION` for what is no policy */
export function checkPolicy(policy: unknown): void {
  check(POLICIES.has(policy), `a backpressure policy must be one of ${[...POLICIES].join(", ")}`);
}

/** Whether what was sent under it may be taken out of the queue again. */
export function isRevocable({ policy }: Backpressure): boolean {
  return policy === "drop-old" || policy === "latest";
}

function isCount(value: unknown): boolean {
  return typeof value === "number" && value > 0;
}

function check(isRight: boolean, problem: string): void {
  if (!isRight) {
    throw new HawserTypeError("INVALID_OPTION", problem);
  }
}
