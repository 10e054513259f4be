// A server in a process of its own that can be made busy. It answers each message with its state.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server } from "@hawser/server";

/** What the process is told: to do nothing, long turns without end, or one turn when all have been pinged (ms). */
export type Load = { turns: number } | { whenPinged: number } | "idle";

const PING_INTERVAL = 2000;

const httpServer = createServer();
const io = new Server(httpServer, {
  pingInterval: PING_INTERVAL,
  pingTimeout: Number(process.argv[2]),
  overload: { maxLag: 150 },
});
let turnMs = 0;

function block(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}

function turn(): void {
  if (turnMs > 0) {
    block(turnMs);
    setImmediate(turn);
  }
}

function blockWhenPinged(ms: number): void {
  const sessions = Object.values(io.engine.clients);
  if (!sessions.every(({ transport }) => transport.writable)) {
    setTimeout(blockWhenPinged, 10, ms);
    return;
  }
  // The pings of all fall due meanwhile, and leave together, just before the turn.
  block(PING_INTERVAL + 200);
  sessions.at(-1)?.once("packetCreate", () => setImmediate(block, ms));
}

io.on("connection", (socket) => {
  socket.on("echo", (value, answer) => answer(value));
});

process.on("message", (load: Load) => {
  turnMs = 0;
  if (typeof load === "object" && "turns" in load) {
    turnMs = load.turns;
    setImmediate(turn);
  } else if (typeof load === "object") {
    blockWhenPinged(load.whenPinged);
  }
  process.send?.(io.stats());
});

httpServer.listen(0, "127.0.0.1", () => {
  process.send?.({ port: (httpServer.address() as AddressInfo).port });
});
