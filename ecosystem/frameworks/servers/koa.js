import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import Koa from "koa";
import { Server } from "socket.io";
import { serve } from "./sockets.js";

const app = new Koa();
app.use(async (context) => {
  if (context.path === "/hello") {
    context.body = "hello from koa";
  } else if (context.path === "/double") {
    context.body = JSON.stringify((await json(context.req)).number * 2);
  }
});

const httpServer = createServer(app.callback());
serve(new Server(httpServer));

httpServer.listen(process.env.PORT, () => console.log("listening"));
