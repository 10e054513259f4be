import type { CookieJar } from "./platform.ts";

interface Cookie {
  value: string;
  /** Milliseconds since 1970; undefined: until the session ends. */
  expires: number | undefined;
}

/** The cookies of one session: one host, so names suffice. */
export function createCookieJar(now: () => number = Date.now): CookieJar {
  const cookies = new Map<string, Cookie>();
  return {
    header() {
      const pairs: string[] = [];
      for (const [name, { value, expires }] of cookies) {
        if (expires !== undefined && expires <= now()) {
          cookies.delete(name);
        } else {
          pairs.push(`${name}=${value}`);
        }
      }
      return pairs.length > 0 ? pairs.join("; ") : undefined;
    },

    store(setCookie) {
      for (const line of setCookie) {
        const [name, cookie] = parseSetCookie(line, now());
        if (name) {
          cookies.set(name, cookie);
        }
      }
    },
  };
}

function parseSetCookie(line: string, now: number): [name: string, cookie: Cookie] {
  const [pair = "", ...attributes] = line.split(";");
  const equals = pair.indexOf("=");
  const cookie: Cookie = { value: pair.slice(equals + 1).trim(), expires: undefined };
  let maxAge: number | undefined;
  for (const attribute of attributes) {
    const [key = "", value = ""] = attribute.split(/=(.*)/s, 2).map((part) => part.trim());
    if (key.toLowerCase() === "max-age" && /^-?\d+$/.test(value)) {
      maxAge = Number(value);
    } else if (key.toLowerCase() === "expires" && !Number.isNaN(Date.parse(value))) {
      cookie.expires = Date.parse(value);
    }
  }
  if (maxAge !== undefined) {
    // Max-Age wins over Expires (RFC 6265, 5.3).
    cookie.expires = now + maxAge * 1000;
  }
  return [equals > 0 ? pair.slice(0, equals).trim() : "", cookie];
}
