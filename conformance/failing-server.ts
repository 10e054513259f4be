// A server in a process of its own, nearly all of whose handlers fail. Nothing there catches what is not caught.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server } from "@hawser/server";

const httpServer = createServer();
const io = new Server(httpServer);
const heard: string[] = [];

io.onError((error) => heard.push(error.message));

io.on("connection", async (socket) => {
  socket.on("reject", async () => Promise.reject(new Error("a secret")));
  socket.on("throw", () => {
    throw Object.assign(new Error("no such room"), { expose: true, code: "NO_ROOM", data: [1] });
  });
  socket.on("late", async () => {
    await new Promise(setImmediate);
    throw Object.assign(new Error("too many"), { expose: true, data: Buffer.from([1, 2]) });
  });
  socket.onAny(async (name) => {
    if (name === "reject") {
      throw new Error("in a catch-all listener");
    }
  });
  socket.on("disconnect", async () => Promise.reject(new Error("in disconnect")));
  socket.on("echo", (value, answer) => answer(value));
  socket.on("auth", (answer) => answer(socket.handshake.auth));
  throw new Error("in connection");
});
io.of("/closed").use(async () => Promise.reject(new Error("closed today")));

process.on("message", () => process.send?.(heard.splice(0)));

httpServer.listen(0, "127.0.0.1", () => {
  process.send?.((httpServer.address() as AddressInfo).port);
});
