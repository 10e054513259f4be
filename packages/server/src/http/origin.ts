import { type EngineRequest, headerOf } from "./request.ts";

/** Where the host is that a browser has asked for; a proxy may keep it in the first only. */
const HOST_HEADERS = ["x-forwarded-host", "host"];

/**
 * Whether the page that asks for a WebSocket may have one. Browsers let any page open a WebSocket to any
 * server, with the cookies of the user; CORS does not apply, so the server has to decide itself.
 * Who sends no Origin is no browser, and may.
 * @param allowed the Access-Control-Allow-Origin header that middlewares have decided on, if any
 */
export function isOriginAllowed(request: EngineRequest, allowed: unknown): boolean {
  const origin = headerOf(request, "origin");
  return (
    origin === undefined || allowed === "*" || allowed === origin || isSameOrigin(origin, request)
  );
}

/** Whether the page comes from this server. Its scheme may differ: a proxy may end TLS. */
function isSameOrigin(origin: string, request: EngineRequest): boolean {
  // Pages cannot set it, and it holds behind proxies that change the host.
  if (headerOf(request, "sec-fetch-site") === "same-origin") {
    return true;
  }
  if (!URL.canParse(origin)) {
    return false;
  }
  const { protocol, host } = new URL(origin);
  return host !== "" && HOST_HEADERS.some((name) => hostIn(request, name, protocol) === host);
}

/** The first host that a header names, as URLs with that scheme write it. */
function hostIn(request: EngineRequest, name: string, protocol: string): string | undefined {
  const value = headerOf(request, name)?.split(",", 1)[0]?.trim();
  const url = `${protocol}//${value}`;
  return value && URL.canParse(url) ? new URL(url).host : undefined;
}
