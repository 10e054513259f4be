import type { IncomingHttpHeaders } from "node:http";
import type { ParsedUrlQuery } from "node:querystring";
import { type HandshakeSource, RequestRecord } from "./request-record.ts";

/** What a client said when it connected. */
export interface Handshake {
  /** Of the first request of the session. */
  headers: IncomingHttpHeaders;
  /** When the socket was made, as a date string. */
  time: string;
  /** The address of the peer (of the proxy, behind one). */
  address: string;
  /** Whether the request came with an Origin header. */
  xdomain: boolean;
  /** Whether the connection is encrypted. */
  secure: boolean;
  /** When the socket was made, in milliseconds since 1970. */
  issued: number;
  /** Of the first request of the session: path and query. */
  url: string;
  /** The query parameters of the request; of a name given twice, the last. */
  query: ParsedUrlQuery;
  /** What the client sent as `auth`. Comes from outside, so check it. */
  auth: Record<string, any>;
}

const START = Date.now();

/**
 * The handshake of a new socket; later, where that makes no difference: a record says the same for ever.
 * @param source the request of the session, unless the application has removed it to save memory
 */
export function handshakeOf(
  source: HandshakeSource | null | undefined,
  address: string,
  auth: Record<string, unknown>,
): Handshake | LaterHandshake {
  const later = new LaterHandshake(source, address, auth);
  return source instanceof RequestRecord ? later : later.build();
}

/** A handshake that nobody has looked at yet. */
export class LaterHandshake {
  readonly #source: HandshakeSource | null | undefined;
  readonly #address: string;
  /** Left out while it is empty, as it nearly always is. */
  readonly #auth: Record<string, unknown> | undefined;
  /** A small integer is stored in place, the time itself would be one more object. */
  readonly #issuedAfter = Date.now() - START;

  constructor(
    source: HandshakeSource | null | undefined,
    address: string,
    auth: Record<string, unknown>,
  ) {
    this.#source = source;
    this.#address = address;
    this.#auth = isEmpty(auth) ? undefined : auth;
  }

  build(): Handshake {
    const source = this.#source;
    const headers = source?.headers ?? {};
    const issued = START + this.#issuedAfter;
    return {
      headers,
      time: String(new Date(issued)),
      address: this.#address,
      xdomain: headers.origin !== undefined,
      secure: source?.socket !== undefined && "encrypted" in source.socket,
      issued,
      url: source?.url ?? "",
      query: source?._query ?? {},
      auth: this.#auth ?? {},
    };
  }
}

function isEmpty(object: object): boolean {
  for (const _key in object) {
    return false;
  }
  return true;
}
