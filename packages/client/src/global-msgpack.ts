/** The same as `global.ts`, with MessagePack for an encoding. */
import { Decoder, Encoder } from "socket.io-msgpack-parser";
import { browserEnvironment } from "./browser-environment.ts";
import { createClient } from "./client.ts";
import { Socket } from "./socket/socket.ts";

const { io, Manager } = createClient(browserEnvironment, { Encoder, Decoder });

export default Object.assign(io, { io, connect: io, Manager, Socket });
