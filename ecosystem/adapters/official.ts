import { createRequire } from "node:module";
import type { ServerClass } from "./server-node.ts";

/** Where `socket.io` is Socket.IO's: in the testkit. Here it is ours. */
export const requireOfficial = createRequire(
  new URL("../../packages/testkit/package.json", import.meta.url),
);

/** The server of Socket.IO itself. */
export const OfficialServer = requireOfficial("socket.io").Server as ServerClass;
