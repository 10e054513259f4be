import { randomBytes } from "node:crypto";
import { type Packet, PacketType } from "@hawser/socket-codec/packets";
import { attempt } from "../attempt.ts";
import { Deadline } from "../clock/deadline.ts";
import { systemTimers, type Timers } from "../clock/timers.ts";
import { callBack } from "../failures.ts";
import { Adapter, type AdapterNamespace, type BroadcastOptions, type Room } from "./adapter.ts";
import {
  type ClusterMessage,
  type ClusterResponse,
  decodeOptions,
  type EncodedPacket,
  encodeOptions,
  encodeSocket,
  type MessageBody,
  MessageType,
  type Offset,
  type ResponseBody,
  type ServerId,
} from "./cluster-message.ts";
import {
  AckRequest,
  ClusterRequest,
  type OtherNodes,
  type RequestCallback,
} from "./cluster-request.ts";
import { DEFAULT_ACK_TIMEOUT_MS, forgetAcks } from "./responses.ts";

/** Milliseconds that the other nodes have to answer. */
const DEFAULT_REQUEST_TIMEOUT_MS = 5000;

/**
 * An adapter for many nodes, without the way between them: a subclass publishes messages and hands in
 * those of other nodes. Nodes with `socket.io-adapter` understand them.
 *
 * Events, beyond those of {@link Adapter}: `publish-error(error, message)`, when `doPublish` or
 * `doPublishResponse` failed; the sockets of this node were served all the same.
 */
export abstract class ClusterAdapter extends Adapter {
  /** The id of this node. */
  protected readonly uid: ServerId = randomBytes(8).toString("hex");
  readonly #requests = new Map<string, ClusterRequest>();
  readonly #ackRequests = new Map<string, AckRequest>();
  /** With recovery, what is done here waits for what was published before it. */
  readonly #recovers: boolean;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(nsp: AdapterNamespace) {
    super(nsp);
    const opts = nsp.server.opts as { connectionStateRecovery?: unknown } | undefined;
    this.#recovers = Boolean(opts?.connectionStateRecovery);
  }

  /**
   * Sends a message to all nodes. This node may get it too.
   * @returns where it stands in the log of the backend, for recovery; anything where there is none
   */
  protected abstract doPublish(message: ClusterMessage): Promise<Offset>;

  /** Sends a response to one node. */
  protected abstract doPublishResponse(
    requesterUid: ServerId,
    response: ClusterResponse,
  ): Promise<void>;

  /** To be called with each message of the other nodes. @param offset what `doPublish` answered for it */
  protected onMessage(message: ClusterMessage | ClusterResponse, offset?: Offset): void {
    if (message.uid === this.uid || message.nsp !== this.nsp.name) {
      return;
    }
    switch (message.type) {
      case MessageType.BROADCAST:
        this.#onBroadcast(message, offset);
        break;
      case MessageType.SOCKETS_JOIN:
        super.addSockets(decodeOptions(message.data.opts), message.data.rooms);
        break;
      case MessageType.SOCKETS_LEAVE:
        super.delSockets(decodeOptions(message.data.opts), message.data.rooms);
        break;
      case MessageType.DISCONNECT_SOCKETS:
        super.disconnectSockets(decodeOptions(message.data.opts), message.data.close);
        break;
      case MessageType.FETCH_SOCKETS:
        this.#onFetchSockets(message);
        break;
      case MessageType.SERVER_SIDE_EMIT:
        this.#onServerSideEmit(message);
        break;
      case MessageType.ADAPTER_CLOSE:
        this.nodeLeft(message.uid);
        break;
      case MessageType.FETCH_SOCKETS_RESPONSE:
      case MessageType.SERVER_SIDE_EMIT_RESPONSE:
      case MessageType.BROADCAST_CLIENT_COUNT:
      case MessageType.BROADCAST_ACK:
        this.onResponse(message);
        break;
    }
  }

  /** To be called with each response for this node. */
  protected onResponse(response: ClusterResponse): void {
    const { uid, data } = response;
    switch (response.type) {
      case MessageType.FETCH_SOCKETS_RESPONSE:
        this.#requests.get(data.requestId)?.answer(uid, response.data.sockets);
        break;
      case MessageType.SERVER_SIDE_EMIT_RESPONSE:
        this.#requests.get(data.requestId)?.answer(uid, [response.data.packet]);
        break;
      case MessageType.BROADCAST_CLIENT_COUNT:
        this.#ackRequests.get(data.requestId)?.count(uid, response.data.clientCount);
        break;
      case MessageType.BROADCAST_ACK:
        this.#ackRequests.get(data.requestId)?.ack(uid, response.data.packet);
        break;
    }
  }

  /** Sends a message to all nodes; a failure is told by `publish-error`. */
  protected publish(message: MessageBody): void {
    this.publishAndReturnOffset(message).catch(() => {});
  }

  /** The same, for those who need to know how it went. */
  protected publishAndReturnOffset(message: MessageBody): Promise<Offset> {
    const signed: ClusterMessage = { ...message, uid: this.uid, nsp: this.nsp.name };
    return this.#reported(() => this.doPublish(signed), signed);
  }

  /** Sends a response to the node that asked. */
  protected publishResponse(requesterUid: ServerId, response: ResponseBody): void {
    const signed: ClusterResponse = { ...response, uid: this.uid, nsp: this.nsp.name };
    this.#reported(() => this.doPublishResponse(requesterUid, signed), signed).catch(() => {});
  }

  /** The other nodes, for subclasses that know them; otherwise `serverCount()` says how many there are. */
  protected knownNodes(): ReadonlySet<ServerId> | undefined {
    return undefined;
  }

  /** Another node is gone: nobody waits for its answers any longer. */
  protected nodeLeft(uid: ServerId): void {
    for (const request of [...this.#requests.values(), ...this.#ackRequests.values()]) {
      request.nodeLeft(uid);
    }
  }

  override broadcast(packet: Packet, opts: BroadcastOptions): void {
    const data = { packet: { ...packet }, opts: encodeOptions(opts) };
    this.#everywhere({ type: MessageType.BROADCAST, data }, opts, (offset) => {
      super.broadcast(withOffset(packet, offset), opts);
    });
  }

  override broadcastWithAck(
    packet: Packet,
    opts: BroadcastOptions,
    clientCountCallback: (clientCount: number) => void,
    ack: (...args: unknown[]) => void,
  ): void {
    const requestId = newRequestId();
    const data = { packet: { ...packet }, requestId, opts: encodeOptions(opts) };
    const local = () => super.broadcastWithAck(packet, opts, clientCountCallback, ack);
    if (!opts.flags?.local) {
      this.#expectAcks(requestId, opts, clientCountCallback, ack);
    }
    this.#everywhere({ type: MessageType.BROADCAST, data }, opts, local);
  }

  override addSockets(opts: BroadcastOptions, rooms: Room[]): void {
    const data = { opts: encodeOptions(opts), rooms };
    this.#everywhere({ type: MessageType.SOCKETS_JOIN, data }, opts, () =>
      super.addSockets(opts, rooms),
    );
  }

  override delSockets(opts: BroadcastOptions, rooms: Room[]): void {
    const data = { opts: encodeOptions(opts), rooms };
    this.#everywhere({ type: MessageType.SOCKETS_LEAVE, data }, opts, () =>
      super.delSockets(opts, rooms),
    );
  }

  override disconnectSockets(opts: BroadcastOptions, close: boolean): void {
    const data = { opts: encodeOptions(opts), close };
    this.#everywhere({ type: MessageType.DISCONNECT_SOCKETS, data }, opts, () =>
      super.disconnectSockets(opts, close),
    );
  }

  /** @returns rejects with a TimeoutError when a node does not answer in `flags.timeout` ms. Default: 5000. */
  override async fetchSockets(opts: BroadcastOptions): Promise<unknown[]> {
    const local = await super.fetchSockets(opts);
    const others = opts.flags?.local ? 0 : await this.#others();
    if (isNobody(others)) {
      return local;
    }
    return new Promise((resolve, reject) => {
      const timeout = opts.flags?.timeout ?? DEFAULT_REQUEST_TIMEOUT_MS;
      const requestId = this.#request(others, timeout, (error, sockets) => {
        if (error) {
          reject(error);
        } else {
          resolve([...local, ...sockets]);
        }
      });
      const data = { opts: encodeOptions(opts), requestId };
      this.publish({ type: MessageType.FETCH_SOCKETS, data });
    });
  }

  /** A function as last item is called with `(error, responses)`, one response of each other node. */
  override serverSideEmit(packet: unknown[]): void {
    const ack = packet.at(-1);
    if (typeof ack === "function") {
      this.#serverSideEmitWithAck(packet.slice(0, -1), ack as RequestCallback).catch((error) =>
        ack(error, []),
      );
    } else {
      this.publish({ type: MessageType.SERVER_SIDE_EMIT, data: { packet } });
    }
  }

  /** What is still asked of others fails now. */
  override close(): Promise<void> | void {
    for (const request of [...this.#requests.values()]) {
      request.fail();
    }
    for (const request of this.#ackRequests.values()) {
      request.stop();
    }
    this.#ackRequests.clear();
    return super.close();
  }

  async #serverSideEmitWithAck(packet: unknown[], ack: RequestCallback): Promise<void> {
    const others = await this.#others();
    if (isNobody(others)) {
      callBack(this.nsp, () => ack(null, []));
      return;
    }
    const requestId = this.#request(others, DEFAULT_REQUEST_TIMEOUT_MS, ack);
    this.publish({ type: MessageType.SERVER_SIDE_EMIT, data: { requestId, packet } });
  }

  /**
   * Does something on all nodes. Without recovery the sockets of this node are served at once, in the
   * order of the calls; with it, when the backend has said at which offset the message stands, still
   * in that order.
   */
  #everywhere(message: MessageBody, opts: BroadcastOptions, here: (offset?: Offset) => void): void {
    if (opts.flags?.local) {
      here();
    } else if (!this.#recovers) {
      // First, since it throws for what cannot be encoded.
      here();
      this.publish(message);
    } else {
      const published = this.publishAndReturnOffset(message).catch(() => undefined);
      this.#turn = Promise.all([published, this.#turn]).then(([offset]) => {
        callBack(this.nsp, () => here(offset));
      });
    }
  }

  #onBroadcast(
    { uid, data }: Extract<ClusterMessage, { type: 3 }>,
    offset: Offset | undefined,
  ): void {
    const opts = decodeOptions(data.opts);
    const packet = ownPacket(data.packet, this.nsp.name);
    const { requestId } = data;
    if (requestId === undefined) {
      super.broadcast(this.#recovers ? withOffset(packet, offset) : packet, opts);
      return;
    }
    super.broadcastWithAck(
      packet,
      opts,
      (clientCount) =>
        this.publishResponse(uid, {
          type: MessageType.BROADCAST_CLIENT_COUNT,
          data: { requestId, clientCount },
        }),
      (response) =>
        this.publishResponse(uid, {
          type: MessageType.BROADCAST_ACK,
          data: { requestId, packet: response },
        }),
    );
    new Deadline(() => forgetAcks(this.nsp, packet.id)).start(this.#timers, ackTimeout(opts));
  }

  #onFetchSockets({ uid, data }: Extract<ClusterMessage, { type: 7 }>): void {
    const { requestId, opts } = data;
    super.fetchSockets(decodeOptions(opts)).then((sockets) =>
      this.publishResponse(uid, {
        type: MessageType.FETCH_SOCKETS_RESPONSE,
        data: { requestId, sockets: sockets.map((socket) => encodeSocket(socket as never)) },
      }),
    );
  }

  #onServerSideEmit({ uid, data }: Extract<ClusterMessage, { type: 9 }>): void {
    const { requestId, packet } = data;
    if (requestId === undefined) {
      this.nsp._onServerSideEmit(packet);
      return;
    }
    let answered = false;
    const answer = (response: unknown) => {
      if (!answered) {
        answered = true;
        this.publishResponse(uid, {
          type: MessageType.SERVER_SIDE_EMIT_RESPONSE,
          data: { requestId, packet: response },
        });
      }
    };
    this.nsp._onServerSideEmit([...packet, answer]);
  }

  #expectAcks(
    requestId: string,
    opts: BroadcastOptions,
    clientCountCallback: (clientCount: number) => void,
    ack: (...args: unknown[]) => void,
  ): void {
    const request = new AckRequest(
      this.knownNodes() ?? Number.POSITIVE_INFINITY,
      clientCountCallback,
      ack,
      () => this.#ackRequests.delete(requestId),
    );
    this.#ackRequests.set(requestId, request);
    request.start(this.#timers, ackTimeout(opts));
  }

  #request(others: OtherNodes, timeout: number, done: RequestCallback): string {
    const requestId = newRequestId();
    const request = new ClusterRequest(others, (error, responses) => {
      this.#requests.delete(requestId);
      callBack(this.nsp, () => done(error, responses));
    });
    this.#requests.set(requestId, request);
    request.start(this.#timers, timeout);
    return requestId;
  }

  async #others(): Promise<OtherNodes> {
    return this.knownNodes() ?? (await this.serverCount()) - 1;
  }

  async #reported<T>(send: () => Promise<T>, message: object): Promise<T> {
    try {
      return await attempt(send);
    } catch (error) {
      this.emit("publish-error", error, message);
      throw error;
    }
  }

  get #timers(): Timers {
    return this.nsp.server.timers ?? systemTimers;
  }
}

function newRequestId(): string {
  return randomBytes(8).toString("hex");
}

function isNobody(others: OtherNodes): boolean {
  return typeof others === "number" ? others <= 0 : others.size === 0;
}

function ackTimeout({ flags }: BroadcastOptions): number {
  return flags?.timeout ?? DEFAULT_ACK_TIMEOUT_MS;
}

/** What travels may be shared by the nodes of one process; this node writes to a copy. */
function ownPacket({ type, data }: EncodedPacket, nsp: string): Packet {
  return { type, nsp, data: [...(data as unknown[])] };
}

/** Clients take the last argument for it, which is the callback where an answer is wanted. */
function withOffset(packet: Packet, offset: Offset | undefined): Packet {
  const takesOffset = packet.type === PacketType.EVENT && packet.id === undefined;
  return takesOffset && typeof offset === "string"
    ? { ...packet, data: [...(packet.data as unknown[]), offset] }
    : packet;
}
