import { createServer } from "node:https";
import { Server } from "socket.io";
import { routes } from "./routes.js";
import { serve } from "./sockets.js";

const { KEY: key, CERT: cert } = process.env;
const httpsServer = createServer({ key, cert }, routes("https"));
serve(new Server(httpsServer));

httpsServer.listen(process.env.PORT, () => console.log("listening"));
