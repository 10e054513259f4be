import { io } from "@hawser/client";

const socket = io(process.env.URL || "http://localhost:3000");

socket.on("message", (...values) => {
  console.log(`message ${JSON.stringify(values)}`);
  socket.send("thank you", 2, { three: [null, true] });
});

socket.on("from-server", (buffer) => {
  console.log(`from-server ${Buffer.isBuffer(buffer)} ${buffer}`);

  socket.emit("from-client", Uint8Array.of(1, 2, 3, 255), (length, reversed) => {
    console.log(`reply ${length} ${reversed.toString("hex")}`);
    socket.disconnect();
  });
});

socket.on("connect_error", (error) => console.error(`Cannot connect: ${error.message}`));
