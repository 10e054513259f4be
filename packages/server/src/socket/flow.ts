import { type Backpressure, resolveBackpressure } from "../backpressure.ts";
import type { Client } from "../connection/member.ts";
import type { EventsMap } from "../events.ts";
import type { SocketHost } from "./host.ts";
import { Listeners } from "./listeners.ts";

/** How fast the client of a socket takes what it is sent, and what is done when it, or the application, is slow. */
export abstract class Flow<
  ListenEvents extends EventsMap,
  EmitEvents extends EventsMap,
> extends Listeners<ListenEvents, EmitEvents> {
  abstract readonly nsp: SocketHost;
  abstract readonly client: Client;
  #backpressure: Backpressure | undefined;
  /** How often `pause` was called without `resume`. */
  #pauses = 0;

  /**
   * Bytes that wait for the client, in all its namespaces: those of the queue, and those that the connection has
   * not passed on to the operating system. A text counts its characters.
   */
  get bufferedBytes(): number {
    return this.client.bufferedBytes;
  }

  /** Whether the client is connected, and takes at once what is sent now. */
  get writable(): boolean {
    return this.connected && this.client.writable;
  }

  /**
   * What is done when the client is too slow. Default: that of the namespace.
   * @throws HawserTypeError `INVALID_OPTION`
   */
  get backpressure(): Backpressure {
    return this.#backpressure ?? this.nsp.backpressure;
  }

  set backpressure(backpressure: Partial<Backpressure>) {
    const { policy, budget } = this.nsp.backpressure;
    this.#backpressure = resolveBackpressure(backpressure, { policy, budget });
    this.client.heed(this.#backpressure);
  }

  /**
   * Resolves when nothing waits for the client any more; at once, when nothing does.
   * @returns rejects with a DisconnectedError when the connection ends first
   */
  drained(): Promise<void> {
    return this.client.drained();
  }

  /**
   * Reads no more from the client, in any of its namespaces, until `resume` was called as often. It need not
   * answer pings meanwhile. Events that were read already may still come.
   */
  pause(): this {
    if (this.connected) {
      this.#pauses++;
      this.client.pause();
    }
    return this;
  }

  /** Takes back one call of {@link pause}. */
  resume(): this {
    if (this.#pauses > 0) {
      this.#pauses--;
      this.client.resume();
    }
    return this;
  }

  /** @internal nothing waits for the client any more, after something had to */
  memberOnDrain(): void {
    if (this.connected && this.listenerCount("drain") > 0) {
      this.call(["drain"]);
    }
  }

  /** The socket leaves: its client's others go on being read. */
  protected resumeForOthers(): void {
    // Not by `resume`, which may be the application's.
    for (; this.#pauses > 0; this.#pauses--) {
      this.client.resume();
    }
  }
}
