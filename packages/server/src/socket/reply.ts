import { PacketType } from "@hawser/socket-codec/packets";
import type { Client } from "../connection/member.ts";
import { isExposed } from "../failures.ts";
import type { Reply } from "../handlers.ts";

/** The first argument of a reply that says that there will be none; no application has it. */
const FAILED: unique symbol = Symbol("failed");

/** What the caller of an event is told of the handler that failed. */
export interface AckError {
  code: string;
  message: string;
  data?: unknown;
}

/**
 * The key of an acknowledgement's only argument where the handler failed. Only clients that have said that
 * they know it get one: see `connection/dialect.ts`.
 */
const ERROR_KEY = "_hawserError";

/** Makes the function that answers one event, once. @param id of the event's packet */
export function createReply(client: Client, nsp: string, id: number): Reply {
  let isSent = false;
  return (...args) => {
    if (isSent) {
      return false;
    }
    const data = args[0] === FAILED ? [{ [ERROR_KEY]: args[1] }] : args;
    client.writePacket({ type: PacketType.ACK, nsp, id, data });
    // Not before: what cannot be encoded was not sent, and the failure can be.
    isSent = true;
    return true;
  };
}

/** Tells the caller of a failure, unless it has been answered. @returns whether it was told */
export function replyWithError(reply: Reply, error: Error): boolean {
  try {
    return reply(FAILED, ackErrorOf(error)) === true;
  } catch {
    // What an error carries as its data may be anything.
    return false;
  }
}

/** Nothing of an error that was not written for the peer leaves the server. */
function ackErrorOf(error: Error): AckError {
  if (!isExposed(error)) {
    return { code: "HANDLER_FAILED", message: "the handler failed" };
  }
  const { code, data } = error as { code?: unknown; data?: unknown };
  return {
    code: typeof code === "string" ? code : "HANDLER_FAILED",
    message: error.message,
    ...(data !== undefined && { data }),
  };
}
