import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from "node:http";
import { connect } from "node:net";
import { WebSocket } from "ws";
import { bytesOf } from "./binary.ts";

/** Separates the packets of a polling payload. */
export const SEPARATOR = "\x1e";

export interface WireRequest {
  readonly port: number;
  /** Path and query. */
  readonly path: string;
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  /** Several chunks are sent with `Transfer-Encoding: chunked`. */
  readonly body?: string | Uint8Array | readonly (string | Uint8Array)[];
}

export interface WireResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
}

export interface PendingRequest {
  readonly response: Promise<WireResponse>;
  /** Destroys the connection; `response` rejects. */
  abort(): void;
}

/** Starts one HTTP request on a connection of its own. */
export function begin({ port, path, method, headers = {}, body }: WireRequest): PendingRequest {
  const outgoing = request({
    port,
    path,
    headers,
    host: "127.0.0.1",
    method: method ?? (body === undefined ? "GET" : "POST"),
    agent: false,
  });
  const response = new Promise<WireResponse>((resolve, reject) => {
    outgoing.once("error", reject);
    outgoing.once("response", (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.once("error", reject);
      incoming.once("end", () => {
        const bytes = Buffer.concat(chunks);
        const status = incoming.statusCode ?? 0;
        resolve({ status, headers: incoming.headers, bytes, text: bytes.toString() });
      });
    });
  });
  // An abort is no unhandled rejection for those who do not wait for the response.
  response.catch(() => {});
  if (Array.isArray(body)) {
    for (const chunk of body) outgoing.write(chunk);
    outgoing.end();
  } else {
    outgoing.end(body);
  }
  return { response, abort: () => void outgoing.destroy() };
}

export function http(wanted: WireRequest): Promise<WireResponse> {
  return begin(wanted).response;
}

/** Writes text to a new TCP connection and returns all that comes back until it is closed. */
export function tcp(port: number, text: string, timeout = 5000): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`connection still open after ${timeout} ms: ${received}`));
    }, timeout);
    let received = "";
    socket.setEncoding("latin1");
    socket.on("data", (chunk) => {
      received += chunk;
    });
    socket.on("error", () => {});
    socket.once("close", () => {
      clearTimeout(timer);
      resolve(received);
    });
  });
}

/** The text of a WebSocket handshake for `tcp`. */
export function upgradeRequest(path: string, headers: Record<string, string> = {}): string {
  const lines = Object.entries({
    Host: "127.0.0.1",
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

export interface Handshake {
  readonly sid: string;
  readonly upgrades: string[];
  readonly pingInterval: number;
  readonly pingTimeout: number;
  readonly maxPayload: number;
}

/** A polling session driven request by request. */
export class PollingWire {
  readonly handshake: Handshake;
  readonly first: WireResponse;
  readonly port: number;
  readonly path: string;

  private constructor(port: number, path: string, first: WireResponse) {
    this.port = port;
    this.path = path;
    this.first = first;
    this.handshake = JSON.parse(first.text.slice(1));
  }

  /** `query` is added to that of the handshake only, as in `&b64=1`. */
  static async open(port: number, query = "", base = "/socket.io/"): Promise<PollingWire> {
    const path = `${base}?EIO=4&transport=polling`;
    const first = await http({ port, path: path + query });
    if (first.status !== 200) throw new Error(`handshake refused: ${first.status} ${first.text}`);
    return new PollingWire(port, path, first);
  }

  get sid(): string {
    return this.handshake.sid;
  }

  /** Path and query of the session's requests. */
  get target(): string {
    return `${this.path}&sid=${this.sid}`;
  }

  poll(headers: OutgoingHttpHeaders = {}): PendingRequest {
    return begin({ port: this.port, path: this.target, headers });
  }

  get(headers: OutgoingHttpHeaders = {}): Promise<WireResponse> {
    return this.poll(headers).response;
  }

  post(
    body: string | Uint8Array | readonly (string | Uint8Array)[],
    headers: OutgoingHttpHeaders = {},
  ): Promise<WireResponse> {
    const type = { "Content-Type": "text/plain;charset=UTF-8" };
    return http({ port: this.port, path: this.target, body, headers: { ...type, ...headers } });
  }

  /** Polls until `count` packets have come, and returns them. Pings are answered and left out. */
  async packets(count: number): Promise<string[]> {
    const found: string[] = [];
    while (found.length < count) {
      const { status, text } = await this.get();
      if (status !== 200) throw new Error(`poll refused: ${status} ${text}`);
      for (const packet of text.split(SEPARATOR)) {
        if (packet === "2") await this.post("3");
        else found.push(packet);
      }
    }
    return found;
  }

  /** Joins a namespace and returns the reply to CONNECT. */
  async join(packet = "40"): Promise<string> {
    await this.post(packet);
    return (await this.packets(1))[0]!;
  }
}

/** A WebSocket whose frames are read one by one. Binary frames come as Buffers. */
export class SocketWire {
  readonly socket: WebSocket;
  /** The code of the Close frame: 1005 when it has none, 1006 when there was no frame. */
  readonly closed: Promise<number>;
  readonly upgradeHeaders: Promise<IncomingHttpHeaders>;
  readonly #frames: (string | Buffer)[] = [];
  readonly #readers: ((frame: string | Buffer) => void)[] = [];

  constructor(
    port: number,
    path: string,
    options: ConstructorParameters<typeof WebSocket>[2] = {},
  ) {
    this.socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, {
      perMessageDeflate: false,
      ...options,
    });
    this.closed = new Promise((resolve) => this.socket.once("close", resolve));
    this.upgradeHeaders = new Promise((resolve) =>
      this.socket.once("upgrade", (response) => resolve(response.headers)),
    );
    this.socket.on("error", () => {});
    this.socket.on("message", (data, isBinary) => {
      const bytes = bytesOf(data);
      if (!bytes) return;
      const buffer = Buffer.from(bytes);
      const frame = isBinary ? buffer : buffer.toString();
      const reader = this.#readers.shift();
      if (reader) reader(frame);
      else this.#frames.push(frame);
    });
  }

  /** Opens a session over WebSocket alone and reads its handshake. */
  static async open(
    port: number,
    query = "",
    options: ConstructorParameters<typeof WebSocket>[2] = {},
  ): Promise<SocketWire & { handshake: Handshake }> {
    const path = `/socket.io/?EIO=4&transport=websocket${query}`;
    const wire = new SocketWire(port, path, options);
    const first = String(await wire.next());
    return Object.assign(wire, { handshake: JSON.parse(first.slice(1)) as Handshake });
  }

  /** The upgrade socket of a polling session, once it is open. */
  static async probe(session: PollingWire, query = ""): Promise<SocketWire> {
    const path = session.target.replace("transport=polling", "transport=websocket");
    const wire = new SocketWire(session.port, path + query);
    await new Promise((resolve) => wire.socket.once("open", resolve));
    return wire;
  }

  send(data: string | Uint8Array): void {
    this.socket.send(data);
  }

  /** The next frame; rejects when none comes in `timeout` ms (2000). */
  next(timeout = 2000): Promise<string | Buffer> {
    const frame = this.#frames.shift();
    if (frame !== undefined) return Promise.resolve(frame);
    return new Promise((resolve, reject) => {
      const reader = (next: string | Buffer) => {
        clearTimeout(timer);
        resolve(next);
      };
      const timer = setTimeout(() => {
        this.#readers.splice(this.#readers.indexOf(reader), 1);
        reject(new Error(`no frame within ${timeout} ms`));
      }, timeout);
      this.#readers.push(reader);
    });
  }

  /** Frames that have come and were not read. */
  get unread(): number {
    return this.#frames.length;
  }

  async join(packet = "40"): Promise<string> {
    this.send(packet);
    return String(await this.next());
  }

  end(): void {
    this.socket.terminate();
  }
}
