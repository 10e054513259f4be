import { createServer } from "node:http";
import { Server } from "socket.io";
import { serve } from "./sockets.ts";

const httpServer = createServer((_request, response) => response.end("hello from Bun"));
serve(new Server(httpServer));

httpServer.listen(process.env.PORT, () => console.log("listening"));
