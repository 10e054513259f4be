// The demo: one HTTP server for the page and for the chat.
//   PORT  port to listen on, default 3000
//   HOST  address to listen on, default all
//   DATA  folder for the conversation between two runs, default apps/demo/data

import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Server } from "@hawser/server";
import { serveChat } from "./chat.js";
import { Rooms } from "./rooms.js";
import { load, save } from "./snapshot.js";
import { serveFile } from "./static-files.js";

const port = Number(process.env.PORT || 3000);
const host = process.env.HOST || undefined;
const data = process.env.DATA || fileURLToPath(new URL("../data", import.meta.url));
const snapshot = join(data, "rooms.json");

const rooms = new Rooms();
await load(snapshot, rooms);

const httpServer = createServer(serveFile);
const io = new Server(httpServer);
serveChat(io, rooms);

httpServer.on("error", (/** @type {NodeJS.ErrnoException} */ error) => {
  if (error.code === "EADDRINUSE") {
    console.error(`Port ${port} is taken. Choose another one: PORT=${port + 1} npm start`);
  } else {
    console.error(`Cannot listen on port ${port}: ${error.message}`);
  }
  process.exit(1);
});
httpServer.listen(port, host, () => {
  const address = httpServer.address();
  const open = typeof address === "object" && address ? address.port : port;
  console.log(`Hawser's demo is at http://localhost:${open}`);
});

let stopping = false;
async function stop() {
  if (stopping) return;
  stopping = true;
  setTimeout(() => process.exit(1), 5000).unref();
  // A browser may hold a request open for as long as it likes; it must not hold up the end.
  setTimeout(() => httpServer.closeAllConnections(), 500).unref();
  await io.close();
  await save(snapshot, rooms);
  process.exit(0);
}
process.on("SIGINT", stop);
process.on("SIGTERM", stop);
