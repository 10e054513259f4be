// Hawser clients in a process of their own, which connect to whatever server they are told to.
import { io, type Socket } from "@hawser/client";
import { beVictim } from "./victim-contract.ts";

interface Client {
  readonly socket: Socket;
  readonly log: string[];
}

/** Lines that are kept of what a client has seen. */
const LINES = 20;

const clients: (Client | undefined)[] = [];

function connect(url: string, options: Record<string, unknown>): number {
  const socket = io(url, { forceNew: true, reconnection: false, ...options });
  const log: string[] = [];
  const add = (line: string) => {
    log.push(line);
    log.splice(0, log.length - LINES);
  };
  const note = (what: string) => (reason?: unknown) =>
    add([what, reason instanceof Error ? reason.message : reason].join(" ").trimEnd());
  socket.on("connect", note("connect"));
  socket.on("connect_error", note("connect_error"));
  socket.on("disconnect", note("disconnect"));
  socket.onAny((event: unknown, ...args: unknown[]) => {
    add(["event", event, ...args.map((arg) => typeof arg)].join(" "));
    // An application that answers what it is asked.
    const last = args.at(-1);
    if (typeof last === "function") {
      last(...args.slice(0, -1));
    }
  });
  return clients.push({ socket, log }) - 1;
}

beVictim({
  connect: ({ url = "", options = {} }) => connect(url, options),
  log: ({ client = 0 }) => clients[client]?.log,
  drop: ({ client = 0 }) => {
    clients[client]?.socket.disconnect();
    clients[client] = undefined;
  },
});
