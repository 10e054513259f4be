import type { IncomingMessage } from "node:http";
import { Server } from "socket.io";

const io = new Server(3000);

console.log(io.engine.clientsCount.toFixed());
io.engine.generateId = (_req: IncomingMessage) => "one";
io.engine.on("connection", (rawSocket) => {
  rawSocket.request = null;
  console.log(rawSocket.readyState);
});
io.engine.on("connection_error", (err) => {
  console.log(err.req, err.code, err.message, err.context);
});
io.engine.on("initial_headers", (headers, req) => {
  headers["test"] = "123";
  console.log(req.url);
});
io.engine.on("headers", (headers: { [name: string]: string }, req: IncomingMessage) => {
  headers["set-cookie"] = "mycookie=456";
  console.log(req.headers.cookie);
});
io.engine.opts.pingInterval = 10;
io.engine.close();

io.on("connection", (socket) => {
  const { conn } = socket;
  console.log(conn.transport.name, conn.readyState, conn.remoteAddress, conn.protocol);
  conn.once("upgrade", () => console.log(conn.transport.name === "websocket"));
  conn.on("upgrade", (transport) => transport.name);
  conn.on("packet", ({ type, data }) => console.log(type, data));
  conn.on("packetCreate", ({ type, data }) => console.log(type, data));
  conn.on("drain", () => {});
  conn.on("close", (reason) => console.log(reason));
  conn.close();
  console.log(socket.client.conn === conn, socket.client.request === socket.request);
  console.log(socket.request.connection.remoteAddress);
  console.log(socket.nsp.server === io, socket.nsp.name);
  socket.client.conn.on("packet", () => {});
});
io.httpServer;
