// Where the client of a target is.
import { join, resolve } from "node:path";

/**
 * A build of `@hawser/server` has its client beside it.
 *
 * @param {{ name: string, args: string[] }} target
 */
export function clientFolder({ name, args: [server] }) {
  const own = name === "socket.io" ? "socket.io-client" : "@hawser/client";
  return server
    ? join(resolve(import.meta.dirname, "..", server), "../client")
    : join(import.meta.dirname, "../node_modules", own);
}
