/** The same as `global.ts`, with MessagePack for an encoding. */
import * as parser from "socket.io-msgpack-parser";
import { browserEnvironment } from "./browser-environment.ts";
import { createClient } from "./client.ts";
import { Socket } from "./socket/socket.ts";

const { io, Manager } = createClient({ ...browserEnvironment, parser });

export default Object.assign(io, { io, connect: io, Manager, Socket });
