import type { HawserError } from "../errors.ts";
import type { Target } from "./target.ts";

/** What an HTTP status says to who tries to connect. */
const BY_STATUS: Readonly<Record<number, string>> = {
  401: "the server, or a proxy before it, wants credentials: `extraHeaders`, cookies or `query`; `auth` is sent later",
  403: "refused by the server's `allowRequest`, its check of the origin, or a proxy",
  404: "nothing answers there: the option `path` has to be the server's; the path of the address is the namespace",
  405: "what answers is no Socket.IO server, or a proxy that does not pass the method",
  413: "a request was larger than the server (`maxHttpBufferSize`) or a proxy takes",
  426: "the server, or a proxy before it, takes WebSockets only: `transports: ['websocket']`",
  429: "too many connections or requests; the next attempts wait longer",
  502: "a proxy answered, and could not reach the server",
  503: "the server is overloaded or shutting down; the next attempts wait longer",
  504: "a proxy answered, and the server did not answer it in time",
};

/** What a server says in a refusal. */
const BY_ANSWER: readonly (readonly [RegExp, string])[] = [
  [
    /Session ID unknown/,
    "this server does not have the session: with several, long-polling needs sticky sessions, or use `transports: ['websocket']`",
  ],
  [
    /Unsupported protocol version/,
    "the server does not take clients of this version (EIO=4): it is one of Socket.IO 2 or older",
  ],
  [
    /Transport unknown/,
    "the server does not have this transport: compare `transports` on both sides",
  ],
];

/** What the network says; names of errors in Node. */
const BY_FAILURE: readonly (readonly [RegExp, string])[] = [
  [/ECONNREFUSED/, "nothing listens at that address and port"],
  [/ENOTFOUND|EAI_AGAIN/, "the name of the host is not known"],
  [/EHOSTUNREACH|ENETUNREACH|ETIMEDOUT/, "there is no way to that address: network, firewall"],
  [
    /EPROTO|wrong version number|packet length too long|ERR_SSL/,
    "TLS is not what is spoken there: http instead of https?",
  ],
  [
    /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|certificate/,
    "the certificate of the server is not trusted: give its authority as `ca`",
  ],
  [
    /HPE_|Parse Error|socket hang up|ECONNRESET/,
    "the connection was cut, or what answers speaks no HTTP: https instead of http?",
  ],
];

/** The HTTP status of a failed attempt to connect, where there was one, and a hint. */
export function explain(error: Error, target: Target): { status?: number; hint?: string } {
  const { code, message, description, context } = error as HawserError & {
    description?: unknown;
    context?: { responseText?: unknown };
  };
  if (code === "OPEN_TIMEOUT") {
    return { hint: "no answer in time: the network, a proxy, or a server that is stuck" };
  }
  if (code !== "TRANSPORT_ERROR") {
    return {};
  }
  const details = detailsOf(description);
  const status = (error as HawserError).status ?? statusOf(details);
  const answer = `${answerOf(context)} ${details}`;
  if (message === "server error") {
    return { hint: "what answers there is no Socket.IO server, or something before it" };
  }
  if (status !== undefined) {
    const redirect = status >= 300 && status < 400;
    const hint = redirect
      ? "the address redirects, which is not followed: connect to where it leads"
      : (matching(BY_ANSWER, answer) ?? BY_STATUS[status]);
    return { status, ...(hint && { hint }) };
  }
  return { hint: matching(BY_FAILURE, answer) ?? unreadable(target) };
}

function unreadable({ hostname, port, secure }: Target): string {
  const page = (globalThis as { location?: { origin?: string } }).location?.origin;
  const cors = page ? ` and its CORS allows ${page}` : "";
  return `no answer that could be read: is the server at ${hostname}:${port}${cors}, and is it http${secure ? "s" : ""}?`;
}

function matching(table: readonly (readonly [RegExp, string])[], text: string): string | undefined {
  return table.find(([pattern]) => pattern.test(text))?.[1];
}

/** `ws` has the status in its text only. */
function statusOf(details: string): number | undefined {
  const found = /Unexpected server response: (\d{3})/.exec(details);
  return found ? Number(found[1]) : undefined;
}

function answerOf(context: unknown): string {
  const { responseText, error } = (context ?? {}) as { responseText?: unknown; error?: unknown };
  return `${typeof responseText === "string" ? responseText : ""} ${detailsOf(error)}`;
}

/** An error, what caused it, or an event that holds one, as text. */
function detailsOf(value: unknown): string {
  const texts: string[] = [];
  let rest = value as {
    code?: unknown;
    message?: unknown;
    cause?: unknown;
    error?: unknown;
  } | null;
  for (let depth = 0; depth < 4 && typeof rest === "object" && rest !== null; depth++) {
    texts.push(`${rest.code ?? ""} ${rest.message ?? ""}`);
    rest = (rest.error ?? rest.cause ?? null) as typeof rest;
  }
  return texts.join(" ");
}
