import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server } from "socket.io";
import { io } from "socket.io-client";
import type { VictimProcess } from "./victim-process.ts";

const INTERVAL = 10;

type Ask = (number: number, answered: (number: number) => void) => void;

/** A healthy peer, an official one: it sends numbers all the time, and must get each back in order. */
export class Witness {
  readonly #timer: NodeJS.Timeout;
  readonly #end: () => unknown;
  readonly #complaints: string[] = [];
  #sent = 0;
  #received = 0;

  /**
   * @param ask sends a number, and calls back with what comes back for it
   * @param end ends the connection
   */
  constructor(ask: Ask, end: () => unknown) {
    this.#end = end;
    const answered = (number: number) => {
      if (number !== ++this.#received) {
        this.complain(`got ${number} in the place of ${this.#received}`);
        this.#received = number;
      }
    };
    this.#timer = setInterval(() => ask(++this.#sent, answered), INTERVAL);
  }

  complain(text: string): void {
    this.#complaints.push(text);
  }

  /**
   * Resolves when what is sent from now on comes back, or `patience` milliseconds have passed; with all
   * that has gone wrong since the last time.
   */
  async complaints(patience: number): Promise<string[]> {
    const wanted = this.#sent + 3;
    for (const end = Date.now() + patience; this.#received < wanted && Date.now() < end; ) {
      await new Promise((resolve) => setTimeout(resolve, INTERVAL));
    }
    if (this.#received < wanted) {
      this.complain(`got ${this.#received} of ${this.#sent} numbers back`);
    }
    return this.#complaints.splice(0);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#end();
  }
}

/** The official client, at a server that is attacked. */
export async function clientWitness(
  port: number,
  transport: "polling" | "websocket",
): Promise<Witness> {
  const url = `http://127.0.0.1:${port}`;
  const socket = io(url, { forceNew: true, reconnection: false, transports: [transport] });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("connect_error", reject);
  });
  const witness = new Witness(
    (number, answered) => socket.emit("echo", number, answered),
    () => socket.disconnect(),
  );
  socket.on("disconnect", (reason) => witness.complain(`disconnected: ${reason}`));
  return witness;
}

/** The official server, to which a process of clients that are attacked has one more. */
export async function serverWitness(
  victim: VictimProcess,
  transport: "polling" | "websocket",
): Promise<Witness> {
  const httpServer = createServer();
  const server = new Server(httpServer);
  await new Promise<void>((resolve) => httpServer.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(httpServer.address() as AddressInfo).port}`;
  const connection = new Promise<import("socket.io").Socket>((resolve) =>
    server.once("connection", resolve),
  );
  await victim.ask({ do: "connect", url, options: { transports: [transport] } });
  const socket = await connection;
  const witness = new Witness(
    (number, answered) => socket.emit("echo", number, answered),
    () => server.close(),
  );
  socket.on("disconnect", (reason) => {
    if (reason !== "server shutting down") witness.complain(`disconnected: ${reason}`);
  });
  return witness;
}
