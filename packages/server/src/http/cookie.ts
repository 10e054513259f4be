import { type SerializeOptions, serialize } from "cookie";

/** The name, and what `serialize` of the `cookie` package takes. */
export interface CookieOptions extends SerializeOptions {
  /** Default: `io`. */
  name?: string | undefined;
}

const DEFAULTS: CookieOptions = { name: "io", path: "/", httpOnly: true, sameSite: "lax" };

/** The option with its defaults. */
export function cookieOptions(option: true | CookieOptions): CookieOptions {
  return option === true ? { ...DEFAULTS } : { ...DEFAULTS, ...option };
}

/** The value of a Set-Cookie header with the session id. */
export function sessionCookie(option: true | CookieOptions, sessionId: string): string {
  const { name, ...options } = cookieOptions(option);
  return serialize(name ?? "io", sessionId, options);
}
