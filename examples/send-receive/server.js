import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { Server } from "@hawser/server";

const page = readFileSync(new URL("index.html", import.meta.url));

const httpServer = createServer((request, response) => {
  if (request.url !== "/") return response.writeHead(404).end("Not found\n");
  response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end(page);
});
const io = new Server(httpServer);

io.on("connection", (socket) => {
  // send() is emit("message"), with as many arguments as you like.
  socket.send("welcome", 2, { three: ["3"] });

  socket.on("message", (...values) => console.log(`message ${JSON.stringify(values)}`));

  // A Buffer arrives as an ArrayBuffer in a browser and as a Buffer in Node.
  socket.emit("from-server", Buffer.from("bytes from the server"));

  // Any typed array arrives here as a Buffer. The last argument answers the sender.
  socket.on("from-client", (bytes, reply) => {
    console.log(`from-client ${Buffer.isBuffer(bytes)} ${bytes.toString("hex")}`);
    reply(bytes.length, Buffer.from(bytes).reverse());
  });
});

httpServer.listen(process.env.PORT || 3000, () => {
  console.log(`http://localhost:${httpServer.address().port}`);
});
