import type { EngineOptions } from "../options.ts";
import { pageLocation } from "../platform/location.ts";
import { parseUri } from "../url.ts";

/** Where a session connects to. */
export interface Target {
  hostname: string;
  port: string | number;
  secure: boolean;
  path: string;
  query: Record<string, string>;
}

/** The uri wins over options, options win over the page. */
export function resolveTarget(uri: string | undefined, opts: EngineOptions): Target {
  const page = pageLocation();
  const parsed = uri === undefined ? undefined : parseUri(uri);
  const host = parsed?.host || opts.hostname || (opts.host && parseUri(opts.host).host);
  const secure = parsed?.protocol
    ? /^(https|wss)$/i.test(parsed.protocol)
    : (opts.secure ?? page?.protocol === "https:");
  const standardPort = secure ? 443 : 80;
  return {
    hostname: host || page?.hostname || "localhost",
    port: parsed?.port || opts.port || (!host && page?.port) || standardPort,
    secure,
    path: requestPath(opts),
    query: queryOf(parsed?.query || opts.query),
  };
}

export function queryOf(query: EngineOptions["query"]): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(query as string | Record<string, string>));
}

export function requestPath({ path = "/engine.io", addTrailingSlash }: EngineOptions): string {
  return path.replace(/\/$/, "") + (addTrailingSlash === false ? "" : "/");
}
