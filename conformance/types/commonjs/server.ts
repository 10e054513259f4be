import { createServer } from "node:http";
import { Server, type Socket } from "socket.io";

import socketIo = require("socket.io");

const io = new Server(createServer());
io.on("connection", (socket: Socket) => socket.emit("x"));
const other: socketIo.Server = new socketIo.Server(3000);
other.of("/x").on("connection", (socket: socketIo.Socket) => socket.nsp.emit("y"));
export = io;
