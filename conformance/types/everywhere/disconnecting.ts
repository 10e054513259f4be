import { type DisconnectReason, Server } from "socket.io";
import type { DisconnectDescription } from "socket.io-client";
import { io, Socket } from "socket.io-client";

const server = new Server();

server.on("connection", (socket) => {
  socket.on("disconnecting", (reason, description) => {
    for (const room of socket.rooms) {
      if (room !== socket.id) {
        socket.to(room).emit("user has left", socket.id, reason, description);
      }
    }
  });
  socket.on("disconnect", (reason: DisconnectReason) => {
    switch (reason) {
      case "transport error":
      case "server namespace disconnect":
      case "client namespace disconnect":
      case "ping timeout":
      case "transport close":
      case "forced close":
      case "forced server close":
      case "server shutting down":
      case "parse error":
        break;
      default: {
        const never: never = reason;
        throw new Error(never);
      }
    }
    // @ts-expect-error no such reason
    console.log(reason === "client disconnect");
  });
  socket.on("disconnect", async (reason) => console.log(reason.toUpperCase()));
  socket.on("error", (error) => console.log(error.message));
});

const socket = io();
socket.on("disconnect", (reason, details) => {
  if (reason === "io server disconnect") {
    socket.connect();
  }
  if (details && "description" in details) {
    console.log(details.description);
  }
  console.log((details as Error | undefined)?.message);
});
socket.on("disconnect", (reason: Socket.DisconnectReason, details?: DisconnectDescription) => {
  const expected: Socket.DisconnectReason = "ping timeout";
  console.log(expected === reason, details);
});
socket.on("connect_error", (error) => {
  if (socket.active) {
    console.log("reconnects");
  } else {
    console.log(error.message, error.stack);
  }
});
socket.on("connect", () => {
  const id: string | undefined = socket.id;
  console.log(id, socket.connected, socket.disconnected, socket.recovered);
});
