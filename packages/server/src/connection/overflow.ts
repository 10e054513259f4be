import type { Backpressure, BackpressurePolicy } from "../backpressure.ts";
import { SlowReaderError } from "../errors.ts";
import type { Session } from "../session/session.ts";
import type { WaitingEvent } from "../transport/waiting-event.ts";
import type { WriteOptions } from "./member.ts";

/** What is to be done with a message: `later` is when the reader has caught up. */
export type Verdict = "now" | "later" | "never";

/** What a connection says of its members, and hears of what waits for them. */
export interface OverflowOwner {
  /** The settings of a namespace's member; those of the server where it has none. */
  backpressureOf(nsp: string | undefined): Backpressure;
  /** Whether awaited emits wait for room already. */
  readonly hasWaitingEmits: boolean;
  /** An event is not sent, or no longer: the reader is too slow. */
  eventOnDrop(event: WaitingEvent | undefined, policy: BackpressurePolicy, budget: number): void;
}

/** How far answers may go beyond the budget where events are dropped: nothing else can be done without. */
const ANSWERS = 2;

/**
 * Makes room for a message, by the policy for it, or ends the session.
 * @param event undefined for what is no event: answers, and what is said of namespaces
 */
export function makeRoom(
  session: Session,
  weight: number,
  event: WaitingEvent | undefined,
  options: WriteOptions,
  owner: OverflowOwner,
): Verdict {
  const own = owner.backpressureOf(event?.nsp);
  const { policy = own.policy } = options;
  const { budget } = own;
  const isUnder = (waiting: WaitingEvent, wanted: BackpressurePolicy) =>
    (waiting.policy ?? owner.backpressureOf(waiting.nsp).policy) === wanted;

  const slot = event?.slot;
  if (policy === "latest" && slot !== undefined && session.isBehind) {
    const former = session.dropNewest((one) => one.slot === slot && isUnder(one, "latest"));
    if (former) {
      owner.eventOnDrop(former, policy, budget);
    }
  }
  if (policy === "block" && options.awaited) {
    return !owner.hasWaitingEmits && session.hasRoom(weight, budget) ? "now" : "later";
  }
  if (session.fits(weight, budget)) {
    return "now";
  }
  if (policy === "drop-old") {
    for (const former of session.dropOldest(weight, budget, (one) => isUnder(one, "drop-old"))) {
      owner.eventOnDrop(former, policy, budget);
    }
    if (session.fits(weight, budget)) {
      return "now";
    }
  }
  const drops = policy !== "disconnect" && policy !== "block";
  if (drops && event === undefined && session.fits(weight, ANSWERS * budget)) {
    return "now";
  }
  owner.eventOnDrop(event, policy, budget);
  if (!drops || event === undefined) {
    session.abandon(new SlowReaderError(session.bufferedBytes, budget));
  }
  return "never";
}
