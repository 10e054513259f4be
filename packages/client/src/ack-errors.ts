import type { Packet } from "@hawser/socket-codec/packets";
import type { Client } from "./client.ts";
import { type ErrorCode, HawserError } from "./errors.ts";
import type { DefaultEventsMap } from "./events.ts";
import { createIo } from "./io.ts";
import type { Member } from "./manager/connection.ts";
import type { Session } from "./session/session.ts";

/** Said by our servers at the handshake, and then by us when joining: errors as acknowledgements. */
const EXTENSIONS = 1;

/** What an acknowledgement holds where the handler on the server failed. */
interface Failure {
  _hawserError?: { code: ErrorCode; message: string; data?: unknown };
}

/**
 * The client, hearing from our servers when the handler of an event has failed there. Other servers are
 * never told that it could. The WebSocket-only bundle does without, for its size.
 */
export function withAckErrors(client: Client): Client {
  /** Whether the server of a session knows this too. */
  const able = new WeakMap<Session, boolean>();

  class TellingManager extends client.Manager<DefaultEventsMap, DefaultEventsMap> {
    // The constructor calls it too.
    override open(done?: (error?: Error) => void): this {
      super.open(done);
      const { engine } = this;
      if (!able.has(engine)) {
        able.set(engine, false);
        engine.once("handshake", ({ hawser }) => able.set(engine, hawser === EXTENSIONS));
      }
      return this;
    }

    override join(nsp: string, data: object | undefined): void {
      super.join(nsp, able.get(this.engine) ? { ...data, _hawser: EXTENSIONS } : data);
    }

    override subscribe(nsp: string, member: Member): void {
      const { packet: deliver } = member;
      member.packet = (packet) => {
        const error = able.get(this.engine) && failureOf(packet);
        if (error) {
          this.nsps[nsp]?.giveUp(packet, error);
        } else {
          deliver(packet);
        }
      };
      super.subscribe(nsp, member);
    }
  }
  const Manager = TellingManager as unknown as Client["Manager"];
  return { io: createIo(Manager), Manager };
}

function failureOf({ data }: Packet): HawserError | undefined {
  const failure = (data as (Failure | null)[] | undefined)?.[0]?._hawserError;
  return failure && new HawserError(failure.code, failure.message, { data: failure.data });
}
