// A server that does on request what no victim may do: the harness has to notice each.
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { Server } from "socket.io";
import { beVictim } from "./victim-contract.ts";

const httpServer = createServer();
const io = new Server(httpServer);
const kept: (Buffer | Socket)[] = [];
let isMute = false;
let isLate = false;

const FLAWS: Readonly<Record<string, () => unknown>> = {
  nothing() {},
  throw: () =>
    setImmediate(() => {
      throw new Error("thrown");
    }),
  reject: () => void Promise.reject(new Error("rejected")),
  exit: () => setImmediate(() => process.exit(3)),
  "keep memory": () => kept.push(Buffer.alloc(4 * 1024 * 1024, 1)),
  "keep objects": () => kept.push(...Array.from({ length: 40_000 }, () => Buffer.from("x"))),
  "keep a descriptor": () => kept.push(connect((httpServer.address() as AddressInfo).port)),
  "be mute": () => {
    isMute = true;
  },
  "change the order": () => {
    isLate = true;
  },
  "drop everybody": () => io.disconnectSockets(true),
};

io.on("connection", (socket) => {
  let held: (() => void) | undefined;
  socket.on("echo", (number: number, answer: (number: number) => void) => {
    if (isMute) return;
    if (isLate && !held) {
      held = () => answer(number);
      return;
    }
    answer(number);
    held?.();
  });
});

beVictim({
  start: () => new Promise<void>((resolve) => httpServer.listen(0, "127.0.0.1", () => resolve())),
  connect: ({ options }) =>
    options
      ? void FLAWS[String(options.flaw)]?.()
      : { port: (httpServer.address() as AddressInfo).port },
  state: () => ({ clients: io.engine.clientsCount }),
});
