import type { Chunk, Packet } from "@hawser/socket-codec/packets";
import type { Backpressure, BackpressurePolicy } from "../backpressure.ts";
import { SlowReaderError } from "../errors.ts";
import type { Session } from "../session/session.ts";
import { count } from "../stats/counters.ts";
import type { WaitingEvent } from "../transport/waiting-event.ts";
import { type EngineSocket, isBusy } from "./link.ts";
import type { ConnectionHost, EncodedWriteOptions, WriteOptions } from "./member.ts";
import type { Members } from "./members.ts";
import { makeRoom, type OverflowOwner } from "./overflow.ts";
import { eventOf, isEvent, SharedWrite, weightOfAll } from "./shared-write.ts";
import { WaitingEmits } from "./waiting-emits.ts";

/** Nothing else of what adapters say is for the engine. */
const UNCOMPRESSED = Object.freeze({ compress: false });

const NO_OPTIONS: WriteOptions = Object.freeze({});

/** The way out to one client: a message leaves now, waits for room, or is dropped, as its member's settings say. */
export class Outlet implements OverflowOwner {
  readonly #host: ConnectionHost;
  readonly #conn: EngineSocket;
  /** The engine socket, where it is ours; another has no queue that could be looked into. */
  readonly #session: Session | undefined;
  readonly #members: Members;
  /** Made on first use. */
  #waitingEmits: WaitingEmits | undefined;

  /**
   * @param session the same as `conn`, where it is ours
   * @param members whose settings count, and who are told of what is dropped
   */
  constructor(
    host: ConnectionHost,
    conn: EngineSocket,
    session: Session | undefined,
    members: Members,
  ) {
    this.#host = host;
    this.#conn = conn;
    this.#session = session;
    this.#members = members;
  }

  writePacket(packet: Packet, options: WriteOptions = NO_OPTIONS): void {
    if (this.#conn.readyState !== "open") {
      return;
    }
    const chunks = this.#host.encoder.encode(packet);
    if (options.volatile && isBusy(this.#conn)) {
      this.#onDrop("volatile", packet.nsp, packet.id, 0);
    } else if (this.#session && needsRoom(this.#session, weightOfAll(chunks), options)) {
      const event = isEvent(packet)
        ? eventOf(packet, chunks, options.policy, options.key)
        : undefined;
      this.#squeeze(this.#session, chunks, event, options, packet);
    } else {
      this.#write(chunks, options);
    }
  }

  writeToEngine(chunks: readonly Chunk[], options: EncodedWriteOptions): void {
    const session = this.#session;
    const shared = options instanceof SharedWrite ? options : undefined;
    if (options.volatile && isBusy(this.#conn)) {
      const event = shared?.eventOf(chunks);
      this.#onDrop("volatile", event?.nsp, event?.id, 0);
    } else if (!session) {
      this.#write(chunks, options);
    } else if (shared && !needsRoom(session, shared.weightOf(chunks), shared)) {
      // The way of nearly every broadcast.
      this.#sendShared(session, shared, chunks);
    } else if (needsRoom(session, weightOfAll(chunks), options)) {
      const event = shared?.eventOf(chunks) ?? eventOf(undefined, chunks, undefined, undefined);
      this.#squeeze(session, chunks, event, options, undefined);
    } else {
      this.#write(chunks, options);
    }
  }

  get hasWaitingEmits(): boolean {
    return this.#waitingEmits !== undefined && this.#waitingEmits.length > 0;
  }

  backpressureOf(nsp: string | undefined): Backpressure {
    const member = nsp === undefined ? undefined : this.#members.get(nsp);
    return member?.backpressure ?? this.#host.backpressure;
  }

  eventOnDrop(event: WaitingEvent | undefined, policy: BackpressurePolicy, budget: number): void {
    this.#onDrop(policy, event?.nsp, event?.id, budget);
  }

  /** @param id of an acknowledgement that will not come, if one was asked for */
  #onDrop(how: string, nsp: string | undefined, id: number | undefined, budget: number): void {
    count(this.#host.counters.dropped, how);
    if (nsp !== undefined && id !== undefined) {
      const error = new SlowReaderError(this.#session?.bufferedBytes ?? 0, budget);
      this.#members.get(nsp)?.memberOnDrop(id, error);
    }
  }

  /**
   * Sends what may lack the room, if its policy finds some.
   * @param packet undefined where the chunks are sent as they are
   */
  #squeeze(
    session: Session,
    chunks: readonly Chunk[],
    event: WaitingEvent | undefined,
    options: WriteOptions,
    packet: Packet | undefined,
  ): void {
    const weight = weightOfAll(chunks);
    const verdict = makeRoom(session, weight, event, options, this);
    if (verdict === "now") {
      this.#send(session, chunks, options, event);
    } else if (verdict === "later") {
      const send = packet
        ? this.#packetSender(session, packet, options)
        : this.#chunkSender(session, chunks, options);
      this.#sendLater(session, event, weight, send);
    }
  }

  // Each by itself, so that what waits as a packet does not keep its chunks.
  #packetSender(session: Session, packet: Packet, options: WriteOptions): () => void {
    return () => this.#send(session, this.#host.encoder.encode(packet), options);
  }

  #chunkSender(session: Session, chunks: readonly Chunk[], options: WriteOptions): () => void {
    return () => this.#send(session, chunks, options);
  }

  #sendLater(
    session: Session,
    { nsp = "", id = -1 }: Partial<WaitingEvent> = {},
    weight: number,
    send: () => void,
  ): void {
    const { budget } = this.backpressureOf(nsp);
    const isWanted = () => this.#members.get(nsp)?.awaitsAck(id) ?? false;
    this.#waitingEmits ??= new WaitingEmits(session);
    this.#waitingEmits.add({ weight, budget, isWanted, send });
  }

  /** @param event set on what is sent, for those who may take it out of the queue again */
  #send(
    session: Session,
    chunks: readonly Chunk[],
    options: WriteOptions,
    event?: WaitingEvent,
  ): void {
    if (options instanceof SharedWrite) {
      this.#sendShared(session, options, chunks, event);
    } else if (event) {
      this.#write(chunks.slice(0, 1), options);
      session.mark(event);
      this.#write(chunks.slice(1), options);
    } else {
      this.#write(chunks, options);
    }
  }

  #sendShared(
    session: Session,
    options: SharedWrite,
    chunks: readonly Chunk[],
    event?: WaitingEvent,
  ): void {
    const packets = options.packets(chunks);
    const first = packets[0];
    if (first === undefined) {
      this.#write(chunks, options);
      return;
    }
    if (event) {
      first.event = event;
    }
    session.sendShared(first);
    for (let i = 1; i < packets.length; i++) {
      session.sendShared(packets[i]!);
    }
  }

  #write(chunks: readonly Chunk[], options: WriteOptions): void {
    const uncompressed = options.compress === false ? UNCOMPRESSED : undefined;
    for (const chunk of chunks) {
      this.#conn.write(chunk, uncompressed);
    }
  }
}

/** Whether a message has to ask for room: it says what is to be done where there is none, or there may be none. */
function needsRoom(session: Session, weight: number, { policy, awaited }: WriteOptions): boolean {
  return policy !== undefined || awaited === true || session.lacksRoom(weight);
}
