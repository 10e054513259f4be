import { connect, type Socket } from "node:net";
import { upgradeRequest } from "../../packages/testkit/src/wire.ts";
import { SECOND } from "./scale.ts";

const TRICKLE_MS = 0.3 * SECOND;
const POLLING = "/socket.io/?EIO=4&transport=polling";

/** One TCP connection, and bytes by hand: a peer that does as much as it is told, and then no more. */
export class Peer {
  /** Resolves when the server has ended the connection. */
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #port: number;
  #received = "";
  #waiting: (() => void) | undefined;

  private constructor(socket: Socket, port: number) {
    this.#socket = socket;
    this.#port = port;
    this.closed = new Promise((resolve) => socket.once("close", () => resolve()));
    socket.on("error", () => {});
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => {
      this.#received += text;
      this.#waiting?.();
    });
  }

  static async connect(port: number): Promise<Peer> {
    const socket = connect(port, "127.0.0.1");
    const peer = new Peer(socket, port);
    await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
    return peer;
  }

  /** One more connection to the same server. */
  another(): Promise<Peer> {
    return Peer.connect(this.#port);
  }

  write(text: string): void {
    this.#socket.write(text, "latin1");
  }

  /** Goes on writing a little, for as long as the server listens. */
  trickle(text: string): void {
    const timer = setInterval(() => this.write(text), TRICKLE_MS);
    this.#socket.once("close", () => clearInterval(timer));
  }

  /** What has come, once it has that in it; it is then used up. */
  async until(part: string): Promise<string> {
    while (!this.#received.includes(part)) {
      await new Promise<void>((resolve, reject) => {
        this.#waiting = resolve;
        this.#socket.once("close", () => reject(new Error(`closed before "${part}" came`)));
      });
    }
    const received = this.#received;
    this.#received = "";
    return received;
  }

  /** @returns the id of a new polling session */
  async openPolling(): Promise<string> {
    this.write(`GET ${POLLING} HTTP/1.1\r\nHost: a\r\n\r\n`);
    const [, sid] = /"sid":"([^"]+)"/.exec(await this.until("maxPayload"))!;
    return sid!;
  }

  /** @param length announced; the body may be shorter */
  post(sid: string, body: string, length: number = body.length): void {
    const head = `POST ${POLLING}&sid=${sid} HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}`;
    this.write(`${head}\r\n\r\n${body}`);
  }

  /** Becomes a WebSocket, of a session of its own or of that one. */
  async upgrade(sid?: string): Promise<void> {
    const path = POLLING.replace("polling", "websocket");
    this.write(upgradeRequest(sid ? `${path}&sid=${sid}` : path));
    await this.until(sid ? "\r\n\r\n" : "maxPayload");
  }

  /** Sends a text frame. @param isFinal whether the message ends with it */
  send(text: string, isFinal = true): void {
    // A mask of zeros leaves the text as it is.
    const head = [(isFinal ? 0x80 : 0) | 1, 0x80 | text.length, 0, 0, 0, 0];
    this.write(String.fromCharCode(...head) + text);
  }

  async join(): Promise<void> {
    await this.upgrade();
    this.send("40");
    await this.until('40{"sid"');
  }

  /** Answers the pings of a WebSocket from now on, so that the server takes it for alive. */
  stayAlive(): void {
    this.#socket.on("data", (text) => {
      if (String(text).includes("\x81\x012")) {
        this.send("3");
      }
    });
  }
}
