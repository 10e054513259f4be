// The built server in a process of its own: prints its port, then echoes until it is killed.
import { createServer } from "node:http";
import { Server } from "@hawser/server";

const httpServer = createServer();
const io = new Server(httpServer, { serveClient: false });
const crashes = [];
process.on("unhandledRejection", (error) => crashes.push(String(error)));

io.on("connection", (socket) => {
  socket.on("echo", (...args) => socket.emit("echo", ...args));
});

process.on("message", () => {
  process.send({ crashes, clients: io.engine.clientsCount, memory: process.memoryUsage().rss });
});

httpServer.listen(0, "127.0.0.1", () => process.send({ port: httpServer.address().port }));
