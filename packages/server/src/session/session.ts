import type { OutgoingHttpHeaders } from "node:http";
import type { Packet, RawData } from "@hawser/engine-codec/frames";
import {
  HawserError,
  LimitError,
  PayloadTooLargeError,
  type SlowReaderError,
  TransportError,
} from "../errors.ts";
import type { EngineRequest } from "../http/request.ts";
import { type HandshakeSource, RequestRecord } from "../http/request-record.ts";
import type { EngineOptions, TransportName } from "../options.ts";
import { count } from "../stats/counters.ts";
import type { Transport, TransportHandler } from "../transport/transport.ts";
import type { QueuedPacket } from "../transport/waiting-event.ts";
import { isTooLarge } from "../transport/websocket.ts";
import type { CloseReason, SessionHandler } from "./handler.ts";
import type { Heartbeat, HeartbeatSession } from "./heartbeat.ts";
import { openData } from "./open-data.ts";
import type { Revision } from "./revision.ts";
import {
  type SendCallback,
  type SendOptions,
  SendQueue,
  type SendQueueOwner,
} from "./send-queue.ts";
import { type SessionAction, type SessionState, transition } from "./state.ts";
import { type UpgradableSession, Upgrade } from "./upgrade.ts";

/** What a session asks of the engine that made it. */
export interface SessionOwner extends SendQueueOwner {
  readonly opts: EngineOptions;
  /** What clients are told of what is beyond the protocol. */
  readonly extensions: number | undefined;
  upgrades(transport: string): string[];
  sessionOnHeaders(session: Session, headers: OutgoingHttpHeaders, request: EngineRequest): void;
  sessionOnFlush(session: Session, packets: Packet[]): void;
  sessionOnDrain(session: Session): void;
  sessionOnClose(session: Session): void;
}

/**
 * One Engine.IO session; applications know it as `socket.conn`. It outlives its transports: an
 * upgrade detaches one and attaches another, while the queue goes on.
 *
 * Events: `open`, `packet`, `packetCreate`, `message`/`data`, `heartbeat`, `upgrading`, `upgrade`,
 * `flush`, `drain`, `close(reason, description)`.
 */
export class Session
  extends SendQueue
  implements TransportHandler, HeartbeatSession, UpgradableSession
{
  /** Secret: whoever knows it can take part in the session. */
  readonly id: string;
  declare readonly server: SessionOwner;
  readonly revision: Revision;
  readonly remoteAddress: string;
  /** Whether the session has changed to a better transport. */
  upgraded = false;
  /** The connection that stands on this session. */
  handler: SessionHandler | undefined;

  #request: EngineRequest | RequestRecord | null;
  readonly #heartbeat: Heartbeat;
  #state: SessionState = "opening";
  #upgrade: Upgrade | undefined;
  #pauses = 0;

  constructor(
    id: string,
    server: SessionOwner,
    transport: Transport,
    request: EngineRequest | RequestRecord | null,
    revision: Revision,
  ) {
    super(server, transport);
    this.id = id;
    this.#request = request;
    this.remoteAddress = request?.socket.remoteAddress ?? "";
    this.revision = revision;
    this.#heartbeat = revision.createHeartbeat(this, server.opts, server.timers);
  }

  /**
   * The request of the handshake; null for WebTransport. It is let go unless the application has seen it, and
   * made anew when it is read. May be set to null to save what little is left of it.
   */
  get request(): EngineRequest | null {
    if (this.#request instanceof RequestRecord) {
      this.#request = this.#request.toRequest();
    }
    return this.#request;
  }

  set request(request: EngineRequest | null) {
    this.#request = request;
  }

  /** What the request has said, for those who can do without the request itself. */
  get said(): HandshakeSource | null {
    return this.#request;
  }

  /** The revision of the Engine.IO protocol: 4, or 3 for clients of Socket.IO 1 and 2. */
  get protocol(): number {
    return this.revision.protocol;
  }

  get readyState(): SessionState {
    return this.#state;
  }

  /** The same as `readyState`; read by tools of others. */
  get _readyState(): SessionState {
    return this.#state;
  }

  /** Whether another transport has come to take over from polling, probed or not. */
  get upgrading(): boolean {
    return this.#upgrade !== undefined;
  }

  /** Reads no more from the peer, until `resume` was called as often. Its heartbeat is not missed meanwhile. */
  pause(): void {
    this.#pauses++;
    if (this.#pauses === 1) {
      this.transport.pause();
    }
  }

  resume(): void {
    if (this.#pauses === 0 || --this.#pauses > 0) {
      return;
    }
    this.transport.resume();
    if (this.#state === "open") {
      // Its answers have waited to be read.
      this.#heartbeat.start();
    }
  }

  /**
   * Ends the session of a reader that is too slow. What waits is freed now; who stands on the session is told in
   * the next tick, since this happens while something is sent.
   */
  abandon(error: SlowReaderError): void {
    if (this.#move("close")) {
      this.clear();
      this.transport.abort();
      process.nextTick(() => this.#end("transport error", error));
    }
  }

  /** Sends the handshake. */
  open(): void {
    this.#move("open");
    const { opts, extensions } = this.server;
    const { initialPacket, transports } = opts;
    const upgrades = this.server
      .upgrades(this.transport.name)
      .filter((name) => transports.includes(name as TransportName));
    const known = this.protocol === 4 ? extensions : undefined;
    this.sendPacket("open", openData(this.id, upgrades, opts, known));
    if (initialPacket) {
      this.sendPacket("message", initialPacket);
    }
    // The first response holds nothing else, as clients of all ages expect it.
    this.flush();
    this.emit("open");
    this.#heartbeat.start();
  }

  /**
   * Sends a message: bytes, or the text of anything else. It is dropped when the session is closing or
   * closed.
   * @param callback called when the message was handed to the network
   */
  send(data: RawData, options?: SendOptions | SendCallback, callback?: SendCallback): this {
    if (typeof options === "function") {
      this.sendPacket("message", data, undefined, options);
    } else {
      this.sendPacket("message", data, options, callback);
    }
    return this;
  }

  write(data: RawData, options?: SendOptions | SendCallback, callback?: SendCallback): this {
    return this.send(data, options, callback);
  }

  /**
   * Ends the session, after what waits has been sent.
   * @param discard end it now, and drop what the transport cannot take now
   */
  close(discard?: boolean): void {
    if (discard) {
      this.flush();
      this.#end("forced close");
      return;
    }
    if (!this.#move("close")) {
      return;
    }
    if (this.writeBuffer.length === 0) {
      this.#closeTransport();
    }
  }

  /** Lets a new transport probe, and take over if it answers in time. */
  upgradeTo(transport: Transport): void {
    transport.sid = this.id;
    this.#upgrade = new Upgrade(this, transport, this.server.opts, this.server.timers);
  }

  /** @internal */
  transportPacket(packet: Packet): void {
    if (this.#state !== "open") {
      return;
    }
    this.server.counters.packetsIn++;
    const { listened } = this;
    if (listened) {
      this.emit("packet", packet);
      if (this.#state !== "open") {
        return;
      }
    }
    if (!this.#heartbeat.onPacket(packet)) {
      this.#end("transport error", new TransportError("invalid heartbeat direction"));
      return;
    }
    switch (packet.type) {
      case "message":
        this.#receive(packet.data ?? "", listened);
        break;
      case "pong":
      case "ping":
        this.emit("heartbeat");
        this.judgeBurst();
        break;
      case "error":
        this.#end("parse error");
        break;
    }
  }

  /** @internal */
  transportSent(): void {
    this.callBack();
    if (this.#state === "closed") {
      return;
    }
    if (this.listened) {
      this.emit("drain");
    }
    this.server.sessionOnDrain(this);
    this.lookIfWaited();
    if (this.#state === "closing" && this.writeBuffer.length === 0) {
      this.#closeTransport();
    }
  }

  /** @internal */
  transportReady(): void {
    this.goOn();
  }

  /** @internal */
  transportClosed(description?: unknown): void {
    this.#end("transport close", description);
  }

  /** @internal */
  transportFailed(error: TransportError): void {
    const { description } = error;
    if (isTooLarge(description)) {
      this.transportRefused("maxHttpBufferSize");
      this.#end("transport error", new PayloadTooLargeError(this.server.opts.maxHttpBufferSize));
    } else {
      if (description instanceof LimitError) {
        this.transportRefused(description.limit);
      }
      // A typed error says more than that the transport has failed.
      this.#end("transport error", description instanceof HawserError ? description : error);
    }
  }

  /** @internal */
  transportRefused(limit: string): void {
    count(this.server.counters.limits, limit);
  }

  /** @internal */
  transportHeaders(headers: OutgoingHttpHeaders, request: EngineRequest): void {
    this.server.sessionOnHeaders(this, headers, request);
  }

  /** @internal */
  get bytesRead(): number {
    return this.transport.bytesRead;
  }

  /** @internal */
  sendHeartbeat(type: "ping" | "pong"): void {
    if (type === "pong" && this.writeBuffer.at(-1)?.type === "pong") {
      // Whoever asks again and again, and does not read, must not fill the queue.
      return;
    }
    this.sendPacket(type);
    this.judgeBurst();
  }

  /** @internal */
  heartbeatTimedOut(): void {
    // Its answers are not read, so all that counts is whether it has taken the ping.
    const isLeftAlone = this.#pauses > 0 && this.#state === "open";
    if (isLeftAlone && !this.writeBuffer.some((packet) => packet.type === "ping")) {
      this.#heartbeat.start();
    } else {
      this.#end("ping timeout");
    }
  }

  /** @internal */
  upgradeProbed(transport: Transport): void {
    this.emit("upgrading", transport);
  }

  /** @internal */
  upgradeTick(): void {
    if (this.writeBuffer.length > 0) {
      this.flush();
    } else if (this.transport.writable) {
      this.transport.send([{ type: "noop" }]);
    }
  }

  /** @internal */
  upgradeCompleted(transport: Transport): void {
    this.#upgrade = undefined;
    this.transport.discard();
    transport.handler = this;
    this.transport = transport;
    this.upgraded = true;
    this.caughtUp();
    if (this.#pauses > 0) {
      transport.pause();
    }
    this.emit("upgrade", transport);
    this.flush();
    if (this.#state === "closing" && this.writeBuffer.length === 0) {
      this.#closeTransport();
    }
  }

  /** @internal */
  upgradeFailed(): void {
    this.#upgrade = undefined;
  }

  #receive(data: RawData, listened: boolean): void {
    if (typeof data === "string") {
      this.handler?.sessionOnText(data);
    } else {
      this.handler?.sessionOnBinary(data as Uint8Array);
    }
    if (listened) {
      this.emit("data", data);
      this.emit("message", data);
    }
  }

  protected willSend(packets: QueuedPacket[]): void {
    if (this.listened) {
      this.emit("flush", packets);
    }
    this.server.sessionOnFlush(this, packets);
  }

  protected nothingWaits(): void {
    this.handler?.sessionOnDrain();
  }

  protected cannotSend(error: unknown): void {
    this.#end("transport error", error);
  }

  #closeTransport(): void {
    this.transport.close(() => this.#end("forced close"));
  }

  #end(reason: CloseReason, description?: unknown): void {
    if (!this.#move("end")) {
      return;
    }
    this.#heartbeat.stop();
    this.#upgrade?.cancel();
    this.#upgrade = undefined;
    this.transport.discard();
    this.forgetWaiting(reason);
    this.server.sessionOnClose(this);
    this.handler?.sessionOnClose(reason, description);
    this.handler = undefined;
    this.emit("close", reason, description);
    // Listeners of `close` may look at what was not sent.
    this.clear();
  }

  #move(action: SessionAction): boolean {
    const state = transition(this.#state, action);
    if (state === undefined) {
      return false;
    }
    this.#state = state;
    return true;
  }
}
