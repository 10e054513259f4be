import { Server as Engine } from "@socket.io/bun-engine";
import { Server } from "socket.io";
import { serve } from "./sockets.ts";

const io = new Server();
const engine = new Engine({ path: "/socket.io/" });
io.bind(engine);
serve(io);

export default { port: process.env.PORT, ...engine.handler() };
console.log("listening");
