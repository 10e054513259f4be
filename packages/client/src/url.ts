import { HawserError } from "./errors.ts";

/** The parts of a uri, as written: nothing is decoded or put in a normal form. */
export interface ParsedUri {
  /** Empty where the uri has none. */
  protocol: string;
  /** Without brackets for IPv6. */
  host: string;
  port: string;
  /** Empty, or starting with a slash. */
  path: string;
  /** Without the question mark. */
  query: string;
}

const MAX_LENGTH = 8000;

// User info and what follows a `#` are of no use here.
const PARTS =
  /^(?:([a-z][\w+.-]*):\/\/)?(?:[^@/?#]*@)?(?:\[([^\]]*)\]|([^:/?#]*))(?::(\d*))?([^?#]*)(?:\?([^#]*))?/i;

/**
 * Takes a uri apart.
 * @throws HawserError `URI_TOO_LONG` above 8000 characters
 */
export function parseUri(uri: string): ParsedUri {
  if (uri.length > MAX_LENGTH) {
    throw new HawserError("URI_TOO_LONG", "URI too long");
  }
  const [, protocol = "", ipv6, name = "", port = "", path = "", query = ""] =
    PARTS.exec(uri) ?? [];
  return { protocol, host: ipv6 ?? name, port, path, query };
}

/** Whether a scheme means TLS. */
export function isSecure(protocol: string): boolean {
  return /^(https|wss)$/i.test(protocol);
}

/** A uri with the names that engine.io-client's `parse` gives to its parts. */
export interface UriParts extends ParsedUri {
  source: string;
  authority: string;
  /** User and password, as written before the host. */
  userInfo: string;
  user: string;
  password: string;
  /** What follows the `#`. */
  anchor: string;
  /** All after the authority. */
  relative: string;
  directory: string;
  file: string;
  pathNames: string[];
  /** As written: nothing is decoded. */
  queryKey: Record<string, string>;
  /** Whether the host was written in brackets. */
  ipv6uri?: true;
}

/**
 * Takes a uri apart, in more detail than the client itself needs.
 * @throws HawserError `URI_TOO_LONG` above 8000 characters
 */
export function parse(uri: string): UriParts {
  const parts = parseUri(uri);
  const { host, port, path, query } = parts;
  const [, userInfo = ""] = /^(?:[a-z][\w+.-]*:\/\/)?([^@/?#]*)@/i.exec(uri) ?? [];
  const [, anchor = ""] = /#(.*)/s.exec(uri) ?? [];
  const [user = "", password = ""] = userInfo.split(/:(.*)/s, 2);
  const slash = path.lastIndexOf("/") + 1;
  // The last name counts as a file only if it looks like one.
  const file = path.slice(slash).includes(".") ? path.slice(slash) : "";
  return {
    ...parts,
    source: uri,
    userInfo,
    anchor,
    authority: `${userInfo && `${userInfo}@`}${host}${port && `:${port}`}`,
    user,
    password,
    relative: `${path}${query && `?${query}`}${anchor && `#${anchor}`}`,
    directory: file ? path.slice(0, slash) : path,
    file,
    pathNames: path.split("/").filter((name, i, { length }) => name || (i > 0 && i < length - 1)),
    queryKey: Object.fromEntries(
      query
        .split("&")
        .filter(Boolean)
        .map((pair) => /^([^=]*)=?(.*)$/s.exec(pair)!.slice(1)),
    ),
    ...(/^(?:[a-z][\w+.-]*:\/\/)?(?:[^@/?#]*@)?\[/i.test(uri) && { ipv6uri: true as const }),
  };
}
