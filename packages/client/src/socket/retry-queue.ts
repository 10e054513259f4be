import { guarded } from "../errors.ts";
import type { Ack } from "./acks.ts";

export interface Flags {
  volatile?: boolean;
  compress?: boolean;
  /** Milliseconds to wait for the acknowledgement. */
  timeout?: number | undefined;
}

interface Entry {
  args: unknown[];
  flags: Flags;
  ack: Ack | undefined;
  tries: number;
  pending: boolean;
}

/** Events that are sent one after the other, each until it is acknowledged. */
export class RetryQueue {
  readonly #retries: number;
  readonly #ready: () => boolean;
  readonly #send: (args: unknown[], ack: Ack, flags: Flags) => void;
  readonly #entries: Entry[] = [];

  /**
   * @param ready whether anything can be sent now
   * @param send makes one try; its ack MUST fail on a timeout or a disconnection
   */
  constructor(
    retries: number,
    ready: () => boolean,
    send: (args: unknown[], ack: Ack, flags: Flags) => void,
  ) {
    this.#retries = retries;
    this.#ready = ready;
    this.#send = send;
  }

  add(args: unknown[], ack: Ack | undefined, flags: Flags): void {
    this.#entries.push({ args, ack, flags, tries: 0, pending: false });
  }

  /** @param again sends the first one although a try is under way: on a new connection */
  drain(again = false): void {
    const entry = this.#entries[0];
    if (!entry || !this.#ready() || (entry.pending && !again)) {
      return;
    }
    entry.pending = true;
    const attempt = ++entry.tries;
    const settle = (settled: boolean, tell: () => void): void => {
      // The reply to an earlier try is as good; a failure of one is not.
      if (this.#entries[0] !== entry || (!settled && entry.tries !== attempt)) {
        return;
      }
      entry.pending = false;
      if (settled || entry.tries > this.#retries) {
        this.#entries.shift();
        tell();
      }
      guarded(() => this.drain());
    };
    try {
      this.#send(
        entry.args,
        {
          reply: (args) => settle(true, () => entry.ack?.reply(args)),
          fail: (error) => settle(false, () => entry.ack?.fail?.(error)),
        },
        entry.flags,
      );
    } catch (error) {
      // JSON cannot hold it: no try would be better, and the next ones must not wait for it.
      this.#entries.shift();
      this.drain();
      throw error;
    }
  }
}
