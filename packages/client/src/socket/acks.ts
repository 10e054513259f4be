import { HawserError } from "../errors.ts";
import type { Clock } from "../platform/clock.ts";

/** Who waits for a reply. */
export interface Ack {
  reply(args: unknown[]): void;
  /** Missing where nobody wants to know: then a lost reply is dropped silently. */
  fail?(error: Error): void;
}

interface Pending {
  ack: Ack;
  timer: unknown;
}

/** The replies that are awaited, by the id of their packet. */
export class Acks {
  readonly #clock: Clock;
  readonly #pending = new Map<number, Pending>();
  #nextId = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * The id to send with the packet.
   * @param timeout milliseconds @param timedOut called before the ack fails for that reason
   */
  expect(ack: Ack, timeout: number | undefined, timedOut: (id: number) => void): number {
    const id = this.#nextId++;
    const timer =
      timeout === undefined
        ? undefined
        : this.#clock.setTimeout(() => {
            timedOut(id);
            this.take(id)?.fail?.(new HawserError("TIMEOUT", "operation has timed out"));
          }, timeout);
    this.#pending.set(id, { ack, timer });
    return id;
  }

  /** Each ack is given out once. */
  take(id: number | undefined): Ack | undefined {
    const pending = this.#pending.get(id!);
    if (pending) {
      this.#pending.delete(id!);
      this.#clock.clearTimeout(pending.timer);
    }
    return pending?.ack;
  }

  /** The socket was disconnected. @param isKept tells which packets are still to be sent */
  failAll(reason: string, isKept: (id: number) => boolean): void {
    for (const id of [...this.#pending.keys()]) {
      if (!isKept(id)) {
        this.take(id)?.fail?.(
          new HawserError("DISCONNECTED", "socket has been disconnected", { reason }),
        );
      }
    }
  }
}
