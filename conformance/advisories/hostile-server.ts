import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

const SESSION = { sid: "hostile", upgrades: [], pingInterval: 25_000, pingTimeout: 20_000 };
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const JOINED = '40{"sid":"hostile"}';

/** What a server does to the clients that come to it. */
export interface Malice {
  /** In the handshake of the session. */
  readonly session?: object;
  /** Of the response with which a WebSocket is accepted. */
  readonly extensions?: string;
  /** Sent once the client has joined: texts and bytes as packets, over any transport. */
  readonly packets?: readonly (string | Buffer)[];
  /** Sent then by WebSocket as it is. */
  readonly bytes?: Buffer;
}

/** A server made by hand, which obeys the protocol until a client has joined, and then no longer. */
export class HostileServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  malice: Malice = {};
  /** Bodies and frames that clients have sent after they had joined. */
  readonly received: string[] = [];
  #joined = false;
  #poll: ServerResponse | undefined;

  private constructor() {
    this.#server = createServer((request, response) => this.#onRequest(request, response));
    this.#server.on("upgrade", (request, socket) => this.#onUpgrade(request, socket as Socket));
    this.#server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => {});
      socket.once("close", () => this.#sockets.delete(socket));
    });
  }

  static async start(): Promise<HostileServer> {
    const hostile = new HostileServer();
    await new Promise<void>((resolve) => hostile.#server.listen(0, "127.0.0.1", resolve));
    return hostile;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Ends the connections of all clients. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.cut();
    await closed;
  }

  get #open(): string {
    return `0${JSON.stringify({ ...SESSION, ...this.malice.session })}`;
  }

  #onRequest(request: IncomingMessage, response: ServerResponse): void {
    if (request.method === "POST") {
      let body = "";
      request.on("data", (chunk) => {
        body += chunk;
      });
      request.on("end", () => {
        response.end("ok");
        this.received.push(body);
        if (body === "40") {
          this.#joined = true;
          this.#answerPoll();
        }
      });
    } else if (new URL(request.url ?? "", this.url).searchParams.has("sid")) {
      this.#poll = response;
      this.#answerPoll();
    } else {
      this.#joined = false;
      response.end(this.#open);
    }
  }

  #answerPoll(): void {
    if (this.#joined && this.#poll) {
      const { packets = [] } = this.malice;
      const texts = packets.map((one) =>
        typeof one === "string" ? one : `b${one.toString("base64")}`,
      );
      this.#poll.end([JOINED, ...texts].join("\x1e"));
      this.#poll = undefined;
      this.#joined = false;
    }
  }

  #onUpgrade(request: IncomingMessage, socket: Socket): void {
    const accept = createHash("sha1").update(`${request.headers["sec-websocket-key"]}${GUID}`);
    const { extensions, packets = [], bytes } = this.malice;
    const lines = [
      "HTTP/1.1 101 Switching Protocols",
      "Connection: Upgrade",
      "Upgrade: websocket",
      `Sec-WebSocket-Accept: ${accept.digest("base64")}`,
      ...(extensions ? [`Sec-WebSocket-Extensions: ${extensions}`] : []),
    ];
    socket.write(`${lines.join("\r\n")}\r\n\r\n`);
    socket.write(serverFrame(this.#open));
    // The first frame is the join; later ones are not of interest.
    socket.once("data", () => {
      for (const packet of [JOINED, ...packets]) socket.write(serverFrame(packet));
      if (bytes) socket.write(bytes);
      socket.on("data", (chunk) => {
        // The answer to a close frame, or to a wrong one.
        if ((chunk[0]! & 0x0f) === 8) socket.end();
      });
    });
  }
}

/** One frame as servers send it. */
export function serverFrame(payload: string | Uint8Array, head?: number): Buffer {
  const bytes = Buffer.from(payload);
  const first = head ?? (typeof payload === "string" ? 0x81 : 0x82);
  if (bytes.length < 126) return Buffer.concat([Buffer.from([first, bytes.length]), bytes]);
  const long = Buffer.alloc(10);
  long[0] = first;
  long[1] = 127;
  long.writeBigUInt64BE(BigInt(bytes.length), 2);
  return Buffer.concat([long, bytes]);
}
