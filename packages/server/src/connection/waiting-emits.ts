import type { Session } from "../session/session.ts";
import { throwLater } from "../throw-later.ts";

/** So many wait before those are looked for that nobody waits for any more. */
const LEAST_LOOK_AT = 64;

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
  #emits: WaitingEmit[] = [];
  #isWaiting = false;
  #lookAt = LEAST_LOOK_AT;

  constructor(session: Session) {
    this.#session = session;
  }

  get length(): number {
    return this.#emits.length;
  }

  add(emit: WaitingEmit): void {
    if (this.#emits.length >= this.#lookAt) {
      // A reader that never catches up must not keep what has timed out.
      this.#emits = this.#emits.filter((one) => one.isWanted());
      this.#lookAt = Math.max(LEAST_LOOK_AT, 2 * this.#emits.length);
    }
    this.#emits.push(emit);
    if (!this.#isWaiting) {
      this.#wait();
    }
  }

  #wait(): void {
    this.#isWaiting = true;
    // Whoever waits for an acknowledgement is told by the disconnection.
    this.#session.drained().then(
      () => this.#sendSome(),
      () => {
        this.#emits = [];
        this.#isWaiting = false;
      },
    );
  }

  #sendSome(): void {
    // What is sent may emit again.
    const emits = this.#emits;
    this.#emits = [];
    let done = 0;
    for (const emit of emits) {
      if (emit.isWanted()) {
        if (!this.#session.hasRoom(emit.weight, emit.budget)) {
          break;
        }
        try {
          emit.send();
        } catch (error) {
          // It cannot be encoded any more. Those behind it can.
          throwLater(error);
        }
      }
      done++;
    }
    this.#emits = [...emits.slice(done), ...this.#emits];
    this.#isWaiting = false;
    if (this.#emits.length > 0) {
      this.#wait();
    }
  }
}
