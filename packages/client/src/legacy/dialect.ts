import { type Packet, PacketType } from "@hawser/socket-codec/packets";
import type { ParserHost } from "../session/revision.ts";
import type { Translator } from "./translated.ts";

const MAIN = "/";

/** Servers without a middleware do not answer who joins the main namespace again. */
const SILENT_JOIN_MS = 1000;

/**
 * Socket.IO protocol 4 on the wire, 5 for the Manager: the server joins the main namespace by
 * itself, says no ids, reads credentials from the query of a namespace, and refuses with a text.
 */
export class Dialect implements Translator {
  readonly #host: ParserHost;
  readonly #deliver: (packet: Packet) => void;
  readonly #joined = new Set<string>();
  /** Those that the Manager asked for, and that were not answered yet. */
  readonly #asked = new Set<string>();
  /** Whether the server will say more about the main namespace without being asked. */
  #mainFollows = true;
  /** What the main namespace was refused with: until it is joined, the server leaves others waiting. */
  #refusal: Packet | undefined;
  #silence: unknown;

  /** @param deliver called with a packet that no message of the server stands for */
  constructor(host: ParserHost, deliver: (packet: Packet) => void) {
    this.#host = host;
    this.#deliver = deliver;
  }

  outgoing(packet: Packet): readonly Packet[] {
    const { type, nsp, data } = packet;
    if (type === PacketType.DISCONNECT) {
      this.#joined.delete(nsp);
    }
    if (type !== PacketType.CONNECT) {
      return [packet];
    }
    this.#asked.add(nsp);
    if (nsp === MAIN) {
      return this.#joinMain();
    }
    const request = { type, nsp: nsp + queryOf(data) };
    return this.#refusal ? [...this.#joinMain(), request] : [request];
  }

  incoming(packet: Packet): void {
    const { type, data } = packet;
    const [nsp = MAIN] = packet.nsp.split("?");
    switch (type) {
      case PacketType.CONNECT:
        this.#welcome(nsp);
        break;
      case PacketType.CONNECT_ERROR:
        this.#refused(nsp, data);
        break;
      case PacketType.DISCONNECT:
        this.#joined.delete(nsp);
        this.#deliver(packet);
        break;
      default:
        this.#deliver(packet);
    }
  }

  #joinMain(): readonly Packet[] {
    if (this.#joined.has(MAIN)) {
      // By the server itself, before anybody here wanted it.
      queueMicrotask(() => this.#welcome(MAIN));
      return [];
    }
    if (this.#mainFollows) {
      return [];
    }
    this.#mainFollows = true;
    if (!this.#refusal) {
      this.#silence = this.#host.clock.setTimeout(() => this.#welcome(MAIN), SILENT_JOIN_MS);
    }
    return [{ type: PacketType.CONNECT, nsp: MAIN }];
  }

  #welcome(nsp: string): void {
    if (nsp === MAIN) {
      this.#mainAnswered(undefined);
    }
    this.#joined.add(nsp);
    const { id } = this.#host;
    if (this.#asked.delete(nsp) && id) {
      const sid = nsp === MAIN ? id : `${nsp}#${id}`;
      this.#deliver({ type: PacketType.CONNECT, nsp, data: { sid } });
    }
  }

  #mainAnswered(refusal: Packet | undefined): void {
    this.#host.clock.clearTimeout(this.#silence);
    this.#mainFollows = false;
    this.#refusal = refusal;
  }

  #refused(nsp: string, data: unknown): void {
    if (this.#joined.has(nsp)) {
      // A middleware for events, which protocol 5 does not tell about.
      this.#deliver({ type: PacketType.EVENT, nsp, data: ["error", data] });
      return;
    }
    const refusal = { type: PacketType.CONNECT_ERROR, nsp, data: errorOf(data) };
    if (nsp === MAIN) {
      this.#mainAnswered(refusal);
    }
    for (const name of nsp === MAIN ? [...this.#asked] : [nsp]) {
      this.#asked.delete(name);
      this.#deliver({ ...refusal, nsp: name });
    }
  }
}

/** Credentials as the query of a namespace: what is neither text nor a number or the like, in JSON. */
function queryOf(auth: unknown): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(auth ?? {})) {
    if (value !== undefined && value !== null) {
      query.set(name, typeof value === "object" ? JSON.stringify(value) : String(value));
    }
  }
  const text = String(query);
  return text && `?${text}`;
}

/** A refusal in the form of protocol 5. The server sends the error's `data`, or else its message. */
function errorOf(data: unknown): object {
  if (typeof data === "string") {
    return { message: data };
  }
  const message: unknown = (data as { message?: unknown } | undefined)?.message;
  return { message: typeof message === "string" ? message : JSON.stringify(data), data };
}
