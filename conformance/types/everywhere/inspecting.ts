import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { ParsedUrlQuery } from "node:querystring";
import { type Namespace, Server } from "socket.io";
import { io as connect, Manager, Socket } from "socket.io-client";

const io = new Server(3000);

io.on("connection", (socket) => {
  const { token } = socket.handshake.query;
  const first = typeof token === "string" ? token : token?.[0];
  const query: ParsedUrlQuery = socket.handshake.query;
  const headers: IncomingHttpHeaders = socket.handshake.headers;
  const request: IncomingMessage = socket.request;
  const namespace: Namespace = socket.nsp;
  socket.handshake.auth.token = "x";
  socket.nsp.server.of("/x").emit("y");
  socket.data = {};
  console.log(first, query, headers, request, namespace, socket.conn.upgraded);
  console.log(socket.conn.request.headers, socket.recovered, socket.disconnected);
  socket.in("a").in("b").except(["c"]).emit("x");
  socket.timeout(1).broadcast.emit("x");
  socket.volatile.broadcast.to("x").emit("y");
  socket.client.conn.close();
  // @ts-expect-error may come twice, or not at all
  const room: string = socket.handshake.query.room;
  // @ts-expect-error the id stays
  socket.id = room;
});
io.httpServer.listen(3001);
io.addListener("connection", () => {});
io.prependListener("connection", () => {});
console.log(io.eventNames(), io.rawListeners("x").length, io.engine.opts.cors);
io.to(["a", "b"])
  .in("c")
  .timeout(3)
  .emit("x", (_error: Error, _replies: any) => {});

const client = connect("http://localhost");
client.io.opts.query!.x = "1";
client.io.engine.on("upgradeError", (error) => error.message);
console.log(client.io.engine.id, client.io.engine.readyState, client.io._readyState);
client.on("connect_error", (error: any) => error.data.content);
client.on("disconnect", (reason: string) => reason);
client.on("x", function (this: Socket) {
  this.emit("y");
});
client.timeout(1).emit("x", 1, (error: Error | null, value: string) => [error, value]);
client.off("x", undefined).offAny(undefined);
connect("http://localhost", { transports: ["websocket"] as string[] });
connect("http://localhost", { extraHeaders: undefined, query: undefined, auth: undefined });
new Socket(new Manager(), "/x").emit("y");
