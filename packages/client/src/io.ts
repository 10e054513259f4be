import { HawserError } from "./errors.ts";
import type { DefaultEventsMap, EventsMap } from "./events.ts";
import type { ManagerOptions, SocketOptions } from "./options.ts";
import { pageLocation } from "./platform/location.ts";
import { queryOf } from "./session/target.ts";
import type { Manager, Socket } from "./socket/socket.ts";
import { isSecure, parseUri } from "./url.ts";

export type ClientOptions = ManagerOptions & SocketOptions;

/** Looks up a namespace of a server, and connects to it. */
export interface Io {
  /** The namespace `/` of the server that the page came from. */
  <ListenEvents extends EventsMap = DefaultEventsMap, EmitEvents extends EventsMap = ListenEvents>(
    opts?: ClientOptions,
  ): Socket<ListenEvents, EmitEvents>;
  /** @param uri its path is the namespace; the request path is the option `path` */
  <ListenEvents extends EventsMap = DefaultEventsMap, EmitEvents extends EventsMap = ListenEvents>(
    uri: string | undefined,
    opts?: ClientOptions,
  ): Socket<ListenEvents, EmitEvents>;
}

/** Where a socket is found. */
export interface Address {
  /** For the Manager: the uri in full, the scheme included. */
  source: string;
  /** The same for all uris that can share a connection. */
  id: string;
  nsp: string;
  /** Without the question mark. */
  query: string;
}

/**
 * Reads a uri as users write it: in full, without a scheme, or as a path on the page's host.
 * @throws HawserError `URI_WITHOUT_SCHEME` where there is no page to complete it from
 */
export function resolveAddress(uri: string | undefined, path: string): Address {
  let source = uri ?? "/";
  if (!/^(https?|wss?):\/\//i.test(source)) {
    const page = pageLocation();
    if (!page) {
      throw new HawserError("URI_WITHOUT_SCHEME", `no scheme: "${source}"`);
    }
    const host = source.startsWith("/") ? page.host : "";
    source = page.protocol + (source.startsWith("//") ? source : `//${host}${source}`);
  }
  const { protocol, host, port, path: nsp, query } = parseUri(source);
  const actualPort = port || (isSecure(protocol) ? 443 : 80);
  return { source, id: `${protocol}://${host}:${actualPort}${path}`, nsp: nsp || "/", query };
}

export function createIo(Manager: new (uri?: string, opts?: ManagerOptions) => Manager): Io {
  /** Those that further sockets may share. */
  const shared = new Map<string, Manager>();

  function io(uri?: string | ClientOptions, options?: ClientOptions): Socket {
    const [address, given] = typeof uri === "object" ? [undefined, uri ?? options] : [uri, options];
    // Either may be null, whatever the types say.
    const opts = given ?? {};
    const { source, id, nsp, query } = resolveAddress(address, opts.path || "/socket.io");
    const known = shared.get(id);
    const alone =
      opts.forceNew || opts["force new connection"] || opts.multiplex === false || known?.nsps[nsp];
    const manager =
      (!alone && known) || new Manager(source, query ? { query: queryOf(query), ...opts } : opts);
    if (!alone) {
      shared.set(id, manager);
    }
    return manager.socket(nsp, opts);
  }
  return io as Io;
}
