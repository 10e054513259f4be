import io = require("socket.io-client");

import { Manager, type Socket } from "socket.io-client";

const socket: Socket = io.io("http://localhost");
socket.emit("x");
const second = io.connect("http://localhost");
second.on("x", (a) => a);
new io.Manager("http://localhost").socket("/").emit("x");
new Manager().socket("/").emit("x");
const Kind: typeof io.Socket = io.Socket;
console.log(second instanceof Kind);
