import { type Duration, type Expirable, expire, type Timers } from "../clock/timers.ts";
import { TimeoutError } from "../errors.ts";
import type { AdapterNamespace } from "./adapter.ts";

/** How long a broadcast waits for acknowledgements without `timeout()`, in milliseconds. */
export const DEFAULT_ACK_TIMEOUT_MS = 5000;

/** No socket of this node waits any longer for the acknowledgement of that packet. */
export function forgetAcks(nsp: AdapterNamespace | undefined, id: number | undefined): void {
  if (!nsp || id === undefined) {
    return;
  }
  for (const socket of nsp.sockets.values()) {
    // Asking a socket of ours for `acks` would make them.
    if (socket.forgetAck) {
      socket.forgetAck(id);
    } else {
      socket.acks?.delete(id);
    }
  }
}

/** Receives what a broadcast with acknowledgement brought. */
export type ResponsesCallback = (error: TimeoutError | null, responses: unknown) => void;

/**
 * Collects the acknowledgements of one broadcast: complete when every node has said how many
 * receive it there, and all of those have answered or, on this node, left.
 */
export class Responses implements Expirable {
  readonly #done: ResponsesCallback;
  readonly #single: boolean;
  readonly #onTimeout: () => void;
  readonly #responses: unknown[] = [];
  #nodesExpected = Number.POSITIVE_INFINITY;
  #nodes = 0;
  #clients = 0;
  /** How many of them have left without an answer. */
  #lost = 0;
  #limit: Duration | undefined;
  #over = false;

  /** @param single the callback takes one response, not an array */
  constructor(done: ResponsesCallback, single: boolean, onTimeout: () => void) {
    this.#done = done;
    this.#single = single;
    this.#onTimeout = onTimeout;
  }

  /** @param ms milliseconds until it is over in any case */
  limit(timers: Timers, ms: number): void {
    this.#limit = timers.start(this, ms);
  }

  expectNodes(count: number): void {
    this.#nodesExpected = count;
    this.#check();
  }

  addNode(clients: number): void {
    this.#nodes++;
    this.#clients += clients;
    this.#check();
  }

  add(response: unknown): void {
    this.#responses.push(response);
    this.#check();
  }

  /** One of those asked here has left. */
  addLost(): void {
    this.#lost++;
    this.#check();
  }

  /** Waits no longer, and calls nobody. */
  cancel(): void {
    this.#finish();
  }

  [expire](): void {
    if (this.#finish()) {
      this.#onTimeout();
      this.#done(new TimeoutError(), this.#result());
    }
  }

  #check(): void {
    const complete =
      this.#nodes >= this.#nodesExpected && this.#responses.length + this.#lost >= this.#clients;
    if (complete && this.#finish()) {
      const error = this.#lost > 0 ? new TimeoutError("a client left before it answered") : null;
      this.#done(error, this.#result());
    }
  }

  #result(): unknown {
    return this.#single ? this.#responses[0] : this.#responses;
  }

  #finish(): boolean {
    if (this.#over) {
      return false;
    }
    this.#over = true;
    this.#limit?.stop(this);
    return true;
  }
}
