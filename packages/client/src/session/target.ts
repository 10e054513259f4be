import type { EngineOptions } from "../options.ts";
import { pageLocation } from "../platform/location.ts";
import { isSecure, parseUri } from "../url.ts";

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
  const parsed = parseUri(uri ?? "");
  const host = parsed.host || opts.hostname || parseUri(opts.host ?? "").host;
  const secure = parsed.protocol
    ? isSecure(parsed.protocol)
    : (opts.secure ?? page?.protocol === "https:");
  return {
    hostname: host || page?.hostname || "localhost",
    port: parsed.port || opts.port || (!host && page?.port) || (secure ? "443" : "80"),
    secure,
    path: requestPath(opts),
    query: queryOf(parsed.query || opts.query),
  };
}

export function queryOf(query: EngineOptions["query"]): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(query as string | Record<string, string>));
}

function requestPath({ path = "/engine.io", addTrailingSlash }: EngineOptions): string {
  return path.replace(/\/$/, "") + (addTrailingSlash === false ? "" : "/");
}
