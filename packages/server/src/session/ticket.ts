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

type GenerateId = (request: IncomingMessage) => string | Promise<string>;

export function isTicket(value: Ticket | Rejection): value is Ticket {
  return "revision" in value;
}

/** A ticket for the session that a request wants, or why there is none; at once if the id is. */
export function makeTicket(
  request: EngineRequest,
  options: EngineOptions,
  generate: GenerateId,
): Ticket | Rejection | Promise<Ticket | Rejection> {
  const revision = revisionOf(request);
  return checkRevision(revision, options) ?? ticketOf(revision, request, generate);
}

/** The same where the revision is known. */
export function ticketOf(
  revision: Revision,
  request: IncomingMessage,
  generate: GenerateId,
): Ticket | Rejection | Promise<Ticket | Rejection> {
  const fail = (error: unknown) => badRequest("ID_GENERATION_ERROR", error);
  const toTicket = (answer: unknown): Ticket | Rejection => {
    // An object cannot keep a session under the name of its prototype.
    const usable =
      (typeof answer === "string" && answer !== "__proto__") || typeof answer === "number";
    return usable && answer !== ""
      ? { id: String(answer), revision }
      : fail(new TypeError("generateId() must answer a string, which is not empty"));
  };
  try {
    const id: unknown = generate(request);
    return id instanceof Promise ? id.then(toTicket, fail) : toTicket(id);
  } catch (error) {
    return fail(error);
  }
}
