import { HawserError } from "./errors.ts";

/** The parts of a uri, as written: nothing is decoded or put in a normal form. */
export interface ParsedUri {
  /** Empty where the uri has none. */
  protocol: string;
  userInfo: string;
  /** Without brackets for IPv6. */
  host: string;
  port: string;
  /** Empty, or starting with a slash. */
  path: string;
  /** Without the question mark. */
  query: string;
  anchor: string;
}

const MAX_LENGTH = 8000;

const PARTS =
  /^(?:([a-z][a-z0-9+.-]*):\/\/)?(?:([^@/?#]*)@)?(?:\[([^\]]*)\]|([^:/?#]*))(?::(\d*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/is;

/**
 * Takes a uri apart.
 * @throws HawserError `URI_TOO_LONG` above 8000 characters
 */
export function parseUri(uri: string): ParsedUri {
  if (uri.length > MAX_LENGTH) {
    throw new HawserError("URI_TOO_LONG", "URI too long");
  }
  const [, protocol = "", userInfo = "", ipv6, name = "", port = "", path = "", query = "", anchor = ""] =
    PARTS.exec(uri) ?? [];
  return { protocol, userInfo, host: ipv6 ?? name, port, path, query, anchor };
}
