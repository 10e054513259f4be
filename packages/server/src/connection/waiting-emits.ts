import type { Session } from "../session/session.ts";

/** An emit whose acknowledgement is awaited, and that is sent when there is room for it. */
export interface WaitingEmit {
  readonly weight: number;
  readonly budget: number;
  /** Whether the acknowledgement is still awaited. */
  isWanted(): boolean;
  send(): void;
}

/** The emits of one connection that wait for room, in their order. */
export class WaitingEmits {
  readonly #session: Session;
  readonly #emits: WaitingEmit[] = [];

  constructor(session: Session) {
    this.#session = session;
  }

  get length(): number {
    return this.#emits.length;
  }

  add(emit: WaitingEmit): void {
    this.#emits.push(emit);
    if (this.#emits.length === 1) {
      this.#wait();
    }
  }

  #wait(): void {
    // Whoever waits for an acknowledgement is told by the disconnection.
    this.#session.drained().then(
      () => this.#sendSome(),
      () => this.#emits.splice(0),
    );
  }

  #sendSome(): void {
    let done = 0;
    for (const emit of this.#emits) {
      if (emit.isWanted()) {
        if (!this.#session.hasRoom(emit.weight, emit.budget)) {
          break;
        }
        emit.send();
      }
      done++;
    }
    this.#emits.splice(0, done);
    if (this.#emits.length > 0) {
      this.#wait();
    }
  }
}
