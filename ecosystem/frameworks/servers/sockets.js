/** What the sockets of all these servers do. */
export function serve(io) {
  io.on("connection", (socket) => {
    socket.on("echo", (...args) => args.pop()(...args));
    socket.on("join", async (room, joined) => {
      await socket.join(room);
      joined(io.sockets.adapter.rooms.get(room).size);
    });
    socket.on("tell", (room, ...news) => socket.to(room).emit("news", ...news));
  });
}
