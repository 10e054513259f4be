/** What `require("@hawser/server")` answers: a function that makes a server, with all names on it. */

import type { AnyHttpServer } from "./http/listen.ts";
import * as names from "./index.ts";
import type { ServerOptions } from "./options.ts";

function createServer(
  server?: AnyHttpServer | number,
  options?: Partial<ServerOptions>,
): names.Server {
  return new names.Server(server, options);
}

export default Object.assign(createServer, names);
