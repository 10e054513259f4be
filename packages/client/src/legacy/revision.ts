import type { CreateRevision } from "../session/revision.ts";
import { codec3 } from "./codec.ts";
import { Dialect } from "./dialect.ts";
import { sendPings } from "./heartbeat.ts";
import { translated } from "./translated.ts";

/** Engine.IO 3 and Socket.IO protocol 4: the servers of Socket.IO 1 and 2. */
export const revision3: CreateRevision = () => ({
  protocol: 3,
  codec: codec3,
  startHeartbeat: sendPings,
  adaptParser: (parser, host) => translated(parser, (deliver) => new Dialect(host, deliver)),
});
