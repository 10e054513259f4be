import { type SerializeOptions, serialize } from "cookie";

/** The name, and what `serialize` of the `cookie` package takes. */
export interface CookieOptions extends SerializeOptions {
  /** Default: `io`. */
  name?: string | undefined;
}

const DEFAULTS: CookieOptions = { name: "io", path: "/", httpOnly: true, sameSite: "lax" };

/** The value of a Set-Cookie header with the session id. */
export function sessionCookie(option: true | CookieOptions, sessionId: string): string {
  const { name, ...options } = option === true ? DEFAULTS : { ...DEFAULTS, ...option };
  return serialize(name ?? "io", sessionId, options);
}
