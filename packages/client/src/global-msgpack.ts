/** The same as `global.ts`, with MessagePack for an encoding. */
import { Decoder, Encoder } from "socket.io-msgpack-parser";
import { withAckErrors } from "./ack-errors.ts";
import { browserEnvironment } from "./browser-environment.ts";
import { createClient } from "./client.ts";
import { Socket } from "./socket/buffered-socket.ts";

const { io, Manager } = withAckErrors(
  createClient(browserEnvironment, { Encoder, Decoder }, Socket),
);

export default Object.assign(io, { io, connect: io, Manager, Socket });
