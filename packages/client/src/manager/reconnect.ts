import type { Clock } from "../platform/clock.ts";
import { Backoff, type BackoffOptions } from "./backoff.ts";

export interface ReconnectOptions extends BackoffOptions {
  /** Attempts before giving up. */
  attempts: number;
}

/** What the loop needs of its manager. */
export interface ReconnectHost {
  readonly clock: Clock;
  readonly _readyState: "opening" | "open" | "closed";
  /** One attempt; `done` is called once, without an error if it succeeded. */
  open(done: (error?: Error) => void): unknown;
  emit(
    event: `reconnect_${"attempt" | "error" | "failed"}` | "reconnect",
    about?: unknown,
  ): unknown;
}

/** Tries again and again, with growing delays, until a connection is open or the limit is reached. */
export class ReconnectLoop {
  /** Whether an attempt is under way or waited for. */
  running = false;
  readonly backoff: Backoff;
  readonly #host: ReconnectHost;
  readonly #options: ReconnectOptions;
  #timer: unknown;

  constructor(host: ReconnectHost, options: ReconnectOptions) {
    this.#host = host;
    this.#options = options;
    this.backoff = new Backoff(options);
  }

  start(): void {
    if (this.running) {
      return;
    }
    const { backoff } = this;
    if (backoff.attempts >= this.#options.attempts) {
      backoff.reset();
      this.#host.emit("reconnect_failed");
      return;
    }
    this.running = true;
    this.#timer = this.#host.clock.setTimeout(() => this.#attempt(), backoff.next());
  }

  stop(): void {
    this.running = false;
    this.#host.clock.clearTimeout(this.#timer);
  }

  #attempt(): void {
    const { backoff } = this;
    const host = this.#host;
    host.emit("reconnect_attempt", backoff.attempts);
    // A listener may have stopped the loop, or opened the connection itself.
    if (!this.running || host._readyState !== "closed") {
      this.running = false;
      return;
    }
    host.open((error) => {
      const wanted = this.running;
      this.running = false;
      if (error) {
        if (wanted) {
          this.start();
        }
        host.emit("reconnect_error", error);
      } else {
        const { attempts } = backoff;
        backoff.reset();
        host.emit("reconnect", attempts);
      }
    });
  }
}
