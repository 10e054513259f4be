import { createServer } from "node:http";
import { Server } from "socket.io";
import { routes } from "./routes.js";
import { serve } from "./sockets.js";

const httpServer = createServer(routes("http"));
serve(new Server().attach(httpServer));

httpServer.listen(process.env.PORT, () => console.log("listening"));
