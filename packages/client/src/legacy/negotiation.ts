import type { RawData } from "@hawser/engine-codec/frames";
import type { Parser } from "../parser.ts";
import type { StartHeartbeat } from "../session/heartbeat.ts";
import {
  type CreateRevision,
  type ParserHost,
  type Revision,
  revision4,
} from "../session/revision.ts";
import type { Codec } from "../transport/transport.ts";
import { Gate } from "./gate.ts";
import { revision3 } from "./revision.ts";
import { translated } from "./translated.ts";

/** Whether a server turned out to be an old one, for the next session with it. */
const known = new WeakMap<object, boolean>();

/**
 * How long to wait for what an old server says unasked, in milliseconds. It follows the handshake at
 * once, unless a middleware takes its time.
 */
const PATIENCE = { unknown: 50, old: 3000, new: 0 };

/**
 * Asks as revision 4 does, and goes on with what the server turns out to speak. Old servers answer
 * all the same: by polling with a length before each packet; by WebSocket with a handshake that
 * looks alike, but has no `maxPayload`, as those of new ones have since Socket.IO 4.5. Between them,
 * old ones are known by what they say unasked, new ones by their ping or their welcome.
 */
export const anyRevision: CreateRevision = (owner) => new Negotiation(owner);

class Negotiation implements Revision {
  readonly protocol: number;
  readonly codec: Codec;
  readonly #owner: object;
  #revision: Revision;
  #isSettled = false;
  #restartHeartbeat: (() => void) | undefined;
  /** Missing where nobody speaks Socket.IO: then messages tell nothing. */
  #gate: Gate | undefined;

  constructor(owner: object) {
    this.#owner = owner;
    this.#revision = revision4(owner);
    this.protocol = this.#revision.protocol;
    const codec = (): Codec => this.#revision.codec;
    this.codec = {
      encodeFrame: (packet) => {
        if (packet.type === "open") {
          // Asked for by WebTransport only, which old servers do not have.
          this.#settle(false);
        }
        return codec().encodeFrame(packet);
      },
      encodeText: (packet) => codec().encodeText!(packet),
      decodeFrame: (frame) => {
        if (!this.#isSettled) {
          this.#lookAtFrame(frame);
        }
        return codec().decodeFrame(frame);
      },
      payload: {
        get responseType() {
          return codec().payload!.responseType;
        },
        encode: (packets) => codec().payload!.encode(packets),
        decode: (body) => {
          this.#lookAtBody(body);
          return codec().payload!.decode(body);
        },
      },
    };
  }

  readonly startHeartbeat: StartHeartbeat = (host, interval, timeout) => {
    const start = () => this.#revision.startHeartbeat(host, interval, timeout);
    let heartbeat = start();
    this.#restartHeartbeat = () => {
      heartbeat.stop();
      heartbeat = start();
    };
    return {
      received: (packet) => heartbeat.received(packet),
      expired: () => heartbeat.expired(),
      stop: () => heartbeat.stop(),
    };
  };

  readonly adaptParser = (parser: Parser, session: ParserHost): Parser =>
    translated(parser, (deliver, encode) => {
      const before = known.get(this.#owner);
      const patience = PATIENCE[before === undefined ? "unknown" : before ? "old" : "new"];
      this.#gate = new Gate(session, patience, {
        deliver,
        send: (packets) => session.sendAll(packets.flatMap(encode)),
        found: (isOld) => this.#settle(isOld),
      });
      return this.#gate;
    });

  #lookAtBody(body: RawData): void {
    if (typeof body === "string" && /^\d/.test(body)) {
      this.#settle(/^\d+:/.test(body));
    }
  }

  #lookAtFrame(frame: RawData): void {
    const type = typeof frame === "string" ? frame[0] : "4";
    if (type === "2" || (type === "0" && /"maxPayload"/.test(frame as string))) {
      this.#settle(false);
    } else if (type === "4" && this.#gate?.isClosed) {
      this.#settle(true);
    }
  }

  #settle(isOld: boolean): void {
    if (this.#isSettled) {
      return;
    }
    this.#isSettled = true;
    known.set(this.#owner, isOld);
    if (isOld) {
      this.#revision = revision3(this.#owner);
      this.#restartHeartbeat?.();
    }
    this.#gate?.open(isOld);
  }
}
