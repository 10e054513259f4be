import { connect, type Socket } from "node:net";
import { upgradeRequest } from "../../packages/testkit/src/wire.ts";

const PATIENCE = 5000;

export interface RawFrame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** One frame as clients send it, masked with zeros; `head` is FIN, the reserved bits and the opcode. */
export function rawFrame(head: number, payload: string | Uint8Array = "", length?: number): Buffer {
  const bytes = Buffer.from(payload);
  const announced = length ?? bytes.length;
  if (announced < 126) {
    return Buffer.concat([Buffer.from([head, 0x80 | announced, 0, 0, 0, 0]), bytes]);
  }
  const long = Buffer.alloc(14);
  long[0] = head;
  long[1] = 0xff;
  long.writeBigUInt64BE(BigInt(announced), 2);
  return Buffer.concat([long, bytes]);
}

/** A TCP connection that says what no client would, and keeps what comes back. */
export class RawSocket {
  readonly socket: Socket;
  readonly #chunks: Buffer[] = [];
  #ended = false;

  constructor(port: number) {
    this.socket = connect(port, "127.0.0.1").setNoDelay(true);
    this.socket.on("data", (chunk) => this.#chunks.push(chunk));
    this.socket.on("error", () => {});
    this.socket.on("close", () => {
      this.#ended = true;
    });
  }

  /** A WebSocket that the server has accepted; its session is open. */
  static async open(
    port: number,
    path = "/socket.io/?EIO=4&transport=websocket",
    headers: Record<string, string> = {},
  ): Promise<RawSocket> {
    const raw = new RawSocket(port);
    raw.write(upgradeRequest(path, headers));
    await raw.until(() => raw.text.includes("\r\n\r\n"), "an answer");
    if (!raw.text.startsWith("HTTP/1.1 101")) {
      throw new Error(`refused: ${raw.text}`);
    }
    return raw;
  }

  /** The same, with the main namespace joined. */
  static async join(port: number): Promise<RawSocket> {
    const raw = await RawSocket.open(port);
    raw.write(rawFrame(0x81, "40"));
    await raw.until(() => raw.frames.some(({ payload }) => payload.includes("40{")), "a join");
    return raw;
  }

  write(data: string | Uint8Array): void {
    this.socket.write(data);
  }

  /** All that has come, as Latin-1. */
  get text(): string {
    return Buffer.concat(this.#chunks).toString("latin1");
  }

  /** The complete frames after the answer to the upgrade. */
  get frames(): RawFrame[] {
    const all = Buffer.concat(this.#chunks);
    const frames: RawFrame[] = [];
    for (let at = all.indexOf("\r\n\r\n") + 4; at + 2 <= all.length; ) {
      const opcode = all[at]! & 0x0f;
      let length = all[at + 1]! & 0x7f;
      at += 2;
      if (length === 126) {
        length = all.readUInt16BE(at);
        at += 2;
      } else if (length === 127) {
        length = Number(all.readBigUInt64BE(at));
        at += 8;
      }
      frames.push({ opcode, payload: all.subarray(at, at + length) });
      at += length;
    }
    return frames;
  }

  /** The status of the close frame that has come: 1005 where it has none, 1006 where there is none. */
  get closeCode(): number {
    const close = this.frames.find(({ opcode }) => opcode === 8);
    if (!close) return 1006;
    return close.payload.length >= 2 ? close.payload.readUInt16BE(0) : 1005;
  }

  /** Resolves with {@link closeCode} when the server has ended the connection. */
  async closed(patience = PATIENCE): Promise<number> {
    await this.until(
      () => {
        if (this.closeCode !== 1006 && this.socket.writable) {
          // As every client does; the server then ends the connection.
          this.socket.end(rawFrame(0x88));
        }
        return this.#ended;
      },
      "the end of the connection",
      patience,
    );
    return this.closeCode;
  }

  /** Ends the connection by RST. */
  reset(): void {
    this.socket.resetAndDestroy();
  }

  async until(condition: () => boolean, what: string, patience = PATIENCE): Promise<void> {
    for (const end = Date.now() + patience; !condition(); ) {
      if (Date.now() > end) throw new Error(`${what} did not come: ${this.text.slice(-300)}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
}
