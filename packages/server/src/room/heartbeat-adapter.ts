import { Deadline } from "../clock/deadline.ts";
import { quietSystemTimers, type Timers } from "../clock/timers.ts";
import type { AdapterNamespace } from "./adapter.ts";
import { ClusterAdapter } from "./cluster-adapter.ts";
import {
  type ClusterMessage,
  type ClusterResponse,
  type MessageBody,
  MessageType,
  type Offset,
  type ServerId,
} from "./cluster-message.ts";

export interface ClusterAdapterOptions {
  /** Milliseconds of silence after which a node says that it is there. Default: 5000. */
  heartbeatInterval?: number | undefined;
  /** Milliseconds of silence after which a node counts as gone. Default: 10000. */
  heartbeatTimeout?: number | undefined;
}

/** Processes that only emit use this id; they are no nodes. */
const EMITTER = "emitter";

/** A {@link ClusterAdapter} whose nodes know each other: whoever is silent for too long is gone. */
export abstract class ClusterAdapterWithHeartbeat extends ClusterAdapter {
  readonly #interval: number;
  readonly #timeout: number;
  /** The other nodes, and until when they count as there. */
  readonly #nodes = new Map<ServerId, Deadline>();
  readonly #heartbeat = new Deadline(() => this.publish({ type: MessageType.HEARTBEAT }));
  #closed = false;

  constructor(nsp: AdapterNamespace, options: ClusterAdapterOptions = {}) {
    super(nsp);
    this.#interval = options.heartbeatInterval ?? 5000;
    this.#timeout = options.heartbeatTimeout ?? 10_000;
  }

  override init(): Promise<void> | void {
    this.publish({ type: MessageType.INITIAL_HEARTBEAT });
  }

  override close(): Promise<void> | void {
    this.publish({ type: MessageType.ADAPTER_CLOSE });
    this.#closed = true;
    this.#heartbeat.stop();
    for (const node of this.#nodes.values()) {
      node.stop();
    }
    this.#nodes.clear();
    return super.close();
  }

  /** The nodes heard of lately, and this one. */
  override serverCount(): Promise<number> {
    return Promise.resolve(1 + this.#nodes.size);
  }

  protected override knownNodes(): ReadonlySet<ServerId> {
    return new Set(this.#nodes.keys());
  }

  protected override onMessage(message: ClusterMessage | ClusterResponse, offset?: Offset): void {
    const { uid, type } = message;
    if (this.#closed || uid === this.uid || message.nsp !== this.nsp.name) {
      return;
    }
    if (uid !== EMITTER && type !== MessageType.ADAPTER_CLOSE) {
      this.#heardOf(uid);
    }
    if (type === MessageType.INITIAL_HEARTBEAT) {
      this.publish({ type: MessageType.HEARTBEAT });
    }
    super.onMessage(message, offset);
  }

  protected override publishAndReturnOffset(message: MessageBody): Promise<Offset> {
    if (!this.#closed) {
      this.#heartbeat.start(this.#timers, this.#interval);
    }
    return super.publishAndReturnOffset(message);
  }

  protected override nodeLeft(uid: ServerId): void {
    this.#nodes.get(uid)?.stop();
    this.#nodes.delete(uid);
    super.nodeLeft(uid);
  }

  #heardOf(uid: ServerId): void {
    let node = this.#nodes.get(uid);
    if (!node) {
      node = new Deadline(() => this.nodeLeft(uid));
      this.#nodes.set(uid, node);
    }
    node.start(this.#timers, this.#timeout);
  }

  get #timers(): Timers {
    return this.nsp.server.quietTimers ?? quietSystemTimers;
  }
}
