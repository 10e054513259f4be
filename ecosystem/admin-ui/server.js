import { createServer } from "node:http";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { instrument } from "@socket.io/admin-ui";
import express from "express";
import { Server } from "socket.io";

const { MODE: mode, PASSWORD: password, READONLY: readonly } = process.env;
const resolve = createRequire(import.meta.url).resolve;
const ui = join(dirname(resolve("@socket.io/admin-ui/package.json")), "ui/dist");

const app = express().use("/ui", express.static(ui));
const httpServer = createServer(app);
const io = new Server(httpServer);

instrument(io, {
  auth: password ? { type: "basic", username: "admin", password } : false,
  mode,
  readonly: readonly === "true",
  serverId: "first",
});

io.on("connection", (socket) => {
  socket.data.name = socket.handshake.auth.name;
  socket.join("lobby");
  socket.on("greet", (name, reply) => {
    socket.emit("greeted", name);
    reply();
  });
});
io.of("/orders");

httpServer.listen(process.env.PORT, () => console.log("listening"));
