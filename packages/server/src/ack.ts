import type { HawserError } from "./errors.ts";

/** Where a callback says that it also wants to know when no answer will come. */
export const unanswered: unique symbol = Symbol("unanswered");

/**
 * Who waits for an acknowledgement. One without {@link unanswered} is forgotten with its socket, as plain
 * callbacks are in Socket.IO.
 */
export type Ack = ((...args: unknown[]) => void) & {
  [Method in typeof unanswered]?: (error: HawserError) => void;
};
