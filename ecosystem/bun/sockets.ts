import type { Server } from "socket.io";

/** What the sockets of both servers do. */
export function serve(io: Server): void {
  io.use((socket, next) => {
    next(socket.handshake.auth.name ? undefined : new Error("who are you?"));
  });
  io.on("connection", (socket) => {
    const { query, headers, auth } = socket.handshake;
    socket.emit("welcome", { colour: query.colour, hasHost: "host" in headers, name: auth.name });
    socket.on("echo", (...args) => args.pop()(...args));
    socket.on("transport", (reply) => reply(socket.conn.transport.name));
    socket.on("join", async (room, joined) => {
      await socket.join(room);
      joined((await io.in(room).fetchSockets()).length);
    });
    socket.on("tell", (room, ...news) => io.to(room).emit("news", ...news));
    socket.on("ask", async (room, reply) => {
      reply(await io.to(room).timeout(3000).emitWithAck("question"));
    });
    socket.on("throw out", () => socket.disconnect(true));
    socket.on("disconnect", (reason) => io.emit("left", auth.name, reason));
  });
}
