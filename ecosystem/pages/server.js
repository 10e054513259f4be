import { createServer } from "node:http";
import express from "express";
import { Server } from "socket.io";

const app = express().use(express.static(process.env.PAGE));
const httpServer = createServer(app);
const io = new Server(httpServer);
let count = 0;

io.on("connection", (socket) => {
  socket.emit("message", `welcome, you are ${io.of("/").sockets.size}`);
  socket.on("message", (text, delivered) => {
    socket.broadcast.emit("message", text);
    delivered(++count);
  });
});
app.get("/connections", (_request, response) => {
  response.json(io.engine.clientsCount);
});

httpServer.listen(process.env.PORT, () => console.log("listening"));
