import type { Packet, RawData } from "@hawser/engine-codec/frames";
import { TypedEmitter } from "../events.ts";
import type { SessionOptions } from "../platform/platform.ts";

/** How packets look on the wire in one revision of the protocol. */
export interface Codec {
  encodeFrame(packet: Packet): RawData;
  decodeFrame(frame: RawData): Packet;
  /** Bytes as text; missing in a client that only sends frames. */
  readonly encodeText?: (packet: Packet) => string;
  /** Many packets as one text; missing in a client that never polls. */
  readonly payload?: PayloadCodec | undefined;
}

export interface PayloadCodec {
  /** In what form `decode` takes bodies. Default: text. */
  readonly responseType?: "arraybuffer" | undefined;
  encode(packets: readonly Packet[]): string;
  /** One by one: a body of many small packets is not to become a list of as many objects. */
  decode(body: RawData): Iterable<Packet>;
}

export interface TransportOptions extends SessionOptions {
  hostname: string;
  port: string | number;
  secure: boolean;
  path: string;
  /** Goes into every address; the session adds `sid` when it is known. */
  query: Record<string, string>;
  codec: Codec;
  forceBase64?: boolean | undefined;
  timestampRequests?: boolean | undefined;
  timestampParam?: string | undefined;
  /** By transport name; those of this one are in place already. */
  transportOptions?: Record<string, object> | undefined;
}

/** Why a pipe ended without an error. */
export interface CloseDetails {
  description: string;
  context?: unknown;
}

/** What a transport tells its session; each method is called by the transport. */
export interface TransportHandler {
  /** Packets can be sent. */
  transportOpened(): void;
  transportReceived(packet: Packet): void;
  /** The packets of the last `send()` are on their way; the next ones can be sent. */
  transportDrained(): void;
  /** The pipe is broken. At most one of this and `transportClosed`, and nothing after it. */
  transportFailed(error: Error): void;
  transportClosed(details?: CloseDetails): void;
}

/** What of transports is set at `new`, as far as options name it. */
export interface TransportClass {
  new (options: TransportOptions): Transport;
  readonly prototype: Transport;
  /** Whether the runtime has what it takes; missing where it always has. */
  isAvailable?(): boolean;
}

/** Of polling only, for applications and tools; the session itself is told by the handler. */
export interface TransportEvents {
  /** A polling request was sent that waits for packets. */
  poll: () => void;
  /** It was answered, and its packets were handed over. */
  pollComplete: () => void;
  /** The packets of the last `send()` are on their way. */
  drain: () => void;
}

/**
 * One pipe to the server. It knows bytes and readiness only: what a loss means, and what it is
 * called, is for the session to say.
 */
export abstract class Transport extends TypedEmitter<Record<never, never>, TransportEvents> {
  /** What the wire protocol calls it. On the prototype, so that a class tells its name. */
  abstract get name(): string;
  /** Whether `send()` may be called now. */
  writable = false;
  declare readonly opts: TransportOptions;
  declare readonly query: Record<string, string>;
  /** Cleared by the session once it has no more interest. */
  declare handler: TransportHandler | undefined;

  constructor(options: TransportOptions) {
    super();
    this.opts = options;
    this.query = options.query;
  }

  /** Called once, by the session. The transport MUST answer by calling `handler`, but not before returning. */
  abstract open(): void;
  /** Called by the session while `writable`. The transport MUST clear `writable` until it has drained. */
  abstract send(packets: readonly Packet[]): void;
  /** Called by the session, which listens no more. By anyone else it ends the session, as a loss would. */
  abstract close(): void;

  /**
   * How many of the first packets to hand over at once; missing where that is all.
   * @param maxBytes the server's limit for one message
   */
  batchLength?(packets: readonly Packet[], maxBytes: number | undefined): number;

  /** Bytes handed over that have not left; missing where packets count as waiting until they have. */
  buffered?(): number;

  /** Called before another transport takes over; `paused` MUST follow when nothing is under way. */
  pause(paused: () => void): void {
    paused();
  }

  /** Called when the other transport failed after `pause()`. */
  resume(): void {}

  /** @param scheme without the final `s` */
  protected address(scheme: string, stamped: boolean | undefined): string {
    const { hostname, secure, port, path, timestampParam = "t" } = this.opts;
    const query = stamped ? { ...this.query, [timestampParam]: stamp() } : this.query;
    const host = hostname.includes(":") ? `[${hostname}]` : hostname;
    // A blank as `%20`: not every server takes a plus for one.
    const search = `${new URLSearchParams(query)}`.replaceAll("+", "%20");
    return `${scheme}${secure ? "s" : ""}://${host}:${port}${path}?${search}`;
  }
}

/** Differs from one request to the next, so that nothing is answered from a cache. */
function stamp(): string {
  return Math.random().toString(36).slice(2, 10);
}
