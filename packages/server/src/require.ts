/** What `require("@hawser/server")` answers: a function that makes a server, with all names on it. */
import * as names from "./index.ts";
import type { ServerOptions } from "./options.ts";
import type { AnyHttpServer } from "./server.ts";

function createServer(
  server?: AnyHttpServer | number,
  options?: Partial<ServerOptions>,
): names.Server {
  return new names.Server(server, options);
}

export default Object.assign(createServer, names);
