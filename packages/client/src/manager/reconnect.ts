import type { Clock } from "../platform/clock.ts";
import type { Backoff } from "./backoff.ts";

/** What the loop needs of its manager. */
export interface ReconnectHost {
  readonly clock: Clock;
  readonly backoff: Backoff;
  /** Infinity: no limit. */
  maxAttempts(): number;
  /** Whether there is nothing open or opening. */
  isClosed(): boolean;
  /** One attempt; `done` is called once, without an error if it succeeded. */
  attempt(done: (error?: Error) => void): void;
  tell(event: `reconnect_${"attempt" | "error" | "failed"}` | "reconnect", about?: unknown): void;
}

/** Tries again and again, with growing delays, until a connection is open or the limit is reached. */
export class ReconnectLoop {
  /** Whether an attempt is under way or waited for. */
  running = false;
  readonly #host: ReconnectHost;
  #timer: unknown;

  constructor(host: ReconnectHost) {
    this.#host = host;
  }

  start(): void {
    if (this.running) {
      return;
    }
    const { backoff, clock } = this.#host;
    if (backoff.attempts >= this.#host.maxAttempts()) {
      backoff.reset();
      this.#host.tell("reconnect_failed");
      return;
    }
    this.running = true;
    this.#timer = clock.setTimeout(() => this.#attempt(), backoff.next());
  }

  stop(): void {
    this.running = false;
    this.#host.clock.clearTimeout(this.#timer);
  }

  #attempt(): void {
    const { backoff } = this.#host;
    this.#host.tell("reconnect_attempt", backoff.attempts);
    // A listener may have stopped the loop, or opened the connection itself.
    if (!this.running || !this.#host.isClosed()) {
      this.running = false;
      return;
    }
    this.#host.attempt((error) => {
      const wanted = this.running;
      this.running = false;
      if (error) {
        if (wanted) {
          this.start();
        }
        this.#host.tell("reconnect_error", error);
      } else {
        const { attempts } = backoff;
        backoff.reset();
        this.#host.tell("reconnect", attempts);
      }
    });
  }
}
