import { Deadline } from "../clock/deadline.ts";
import type { Timers } from "../clock/timers.ts";
import { TimeoutError } from "../errors.ts";
import type { ServerId } from "./cluster-message.ts";

/** The other nodes: which ones, or how many where only that is known. */
export type OtherNodes = ReadonlySet<ServerId> | number;

export type RequestCallback = (error: TimeoutError | null, responses: unknown[]) => void;

/** Something asked of the other nodes: done when each has answered or gone. */
export class ClusterRequest {
  readonly #done: RequestCallback;
  readonly #responses: unknown[] = [];
  readonly #answered = new Set<ServerId>();
  /** Who has not answered yet, where the nodes are known. */
  readonly #missing: Set<ServerId> | undefined;
  #expected: number;
  readonly #limit = new Deadline(() => this.fail());
  #over = false;

  constructor(others: OtherNodes, done: RequestCallback) {
    this.#missing = typeof others === "number" ? undefined : new Set(others);
    this.#expected = typeof others === "number" ? others : others.size;
    this.#done = done;
  }

  /** @param ms milliseconds until it fails with what has come */
  start(timers: Timers, ms: number): void {
    this.#limit.start(timers, ms);
  }

  /** A node has answered; each counts once. */
  answer(uid: ServerId, responses: readonly unknown[]): void {
    if (!this.#over && !this.#answered.has(uid)) {
      this.#answered.add(uid);
      this.#missing?.delete(uid);
      this.#responses.push(...responses);
      this.#check();
    }
  }

  /** A node is gone: its answer is not waited for. */
  nodeLeft(uid: ServerId): void {
    if (this.#missing ? this.#missing.delete(uid) : !this.#answered.has(uid)) {
      if (!this.#missing) {
        this.#expected--;
      }
      this.#check();
    }
  }

  /** Fails now, with what has come. */
  fail(): void {
    const { size } = this.#answered;
    this.#finish(
      new TimeoutError(
        this.#missing
          ? `timeout reached: missing ${this.#missing.size} responses`
          : `timeout reached: only ${size} responses received out of ${this.#expected}`,
      ),
    );
  }

  #check(): void {
    const complete = this.#missing
      ? this.#missing.size === 0
      : this.#answered.size >= this.#expected;
    if (complete) {
      this.#finish(null);
    }
  }

  #finish(error: TimeoutError | null): void {
    if (this.#over) {
      return;
    }
    this.#over = true;
    this.#limit.stop();
    if (error) {
      error.responses = this.#responses;
    }
    this.#done(error, this.#responses);
  }
}

/** A broadcast with acknowledgement: what the other nodes send of it is passed on until its time is up. */
export class AckRequest {
  readonly #onClientCount: (clientCount: number) => void;
  readonly #onAck: (response: unknown) => void;
  readonly #limit: Deadline;
  readonly #others: OtherNodes;
  readonly #counted = new Set<ServerId>();

  constructor(
    others: OtherNodes,
    onClientCount: (clientCount: number) => void,
    onAck: (response: unknown) => void,
    onOver: () => void,
  ) {
    this.#others = others;
    this.#onClientCount = onClientCount;
    this.#onAck = onAck;
    this.#limit = new Deadline(onOver);
  }

  /** @param ms milliseconds for which answers are passed on */
  start(timers: Timers, ms: number): void {
    this.#limit.start(timers, ms);
  }

  count(uid: ServerId, clientCount: number): void {
    if (this.#isAsked(uid) && !this.#counted.has(uid)) {
      this.#counted.add(uid);
      this.#onClientCount(clientCount);
    }
  }

  ack(uid: ServerId, response: unknown): void {
    if (this.#isAsked(uid)) {
      this.#onAck(response);
    }
  }

  /** A node is gone before it said how many clients it has. */
  nodeLeft(uid: ServerId): void {
    this.count(uid, 0);
  }

  stop(): void {
    this.#limit.stop();
  }

  /** Nodes that came later are not waited for, so what they say must not count. */
  #isAsked(uid: ServerId): boolean {
    return typeof this.#others === "number" || this.#others.has(uid);
  }
}
