import type { IncomingMessage } from "node:http";
import type { EngineRequest } from "../http/request.ts";
import type { EngineOptions } from "../options.ts";
import { checkRevision, revisionOf } from "./admission.ts";
import { badRequest, type Rejection } from "./refusal.ts";
import type { Revision } from "./revision.ts";

/** What a session needs before it is opened. */
export interface Ticket {
  readonly id: string;
  readonly revision: Revision;
}

/** Who makes the ids of sessions. */
export interface IdGenerator {
  generateId(request: IncomingMessage): string | Promise<string>;
}

export function isTicket(value: Ticket | Rejection): value is Ticket {
  return "revision" in value;
}

/** A ticket for the session that a request wants, or why there is none; at once if the id is. */
export function makeTicket(
  request: EngineRequest,
  options: EngineOptions,
  generator: IdGenerator,
): Ticket | Rejection | Promise<Ticket | Rejection> {
  const revision = revisionOf(request);
  return checkRevision(revision, options) ?? ticketOf(revision, request, generator);
}

/** The same where the revision is known. */
export function ticketOf(
  revision: Revision,
  request: IncomingMessage,
  generator: IdGenerator,
): Ticket | Rejection | Promise<Ticket | Rejection> {
  try {
    const id: unknown = generator.generateId(request);
    return id instanceof Promise
      ? id.then((answer) => toTicket(answer, revision), failed)
      : toTicket(id, revision);
  } catch (error) {
    return failed(error);
  }
}

function toTicket(id: unknown, revision: Revision): Ticket | Rejection {
  const usable = typeof id === "string" || typeof id === "number";
  return usable && id !== ""
    ? { id: String(id), revision }
    : failed(new TypeError("generateId() must answer a string, which is not empty"));
}

function failed(error: unknown): Rejection {
  return badRequest("ID_GENERATION_ERROR", error);
}
