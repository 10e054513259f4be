import { createSecureServer } from "node:http2";
import { Server } from "socket.io";
import { routes } from "./routes.js";
import { serve } from "./sockets.js";

const { KEY: key, CERT: cert } = process.env;
const http2Server = createSecureServer({ key, cert, allowHTTP1: true }, routes("http2"));
serve(new Server(http2Server));

http2Server.listen(process.env.PORT, () => console.log("listening"));
