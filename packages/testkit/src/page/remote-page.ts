import { once } from "node:events";
import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";
import { Packing } from "./packing.ts";
import type { Request } from "./request.ts";

interface FromPage {
  readonly listening?: number;
  readonly ready?: true;
  readonly mistake?: string;
  /** The number of the request it answers. */
  readonly reply?: number;
  readonly value?: unknown;
  readonly error?: unknown;
  /** A function of the test, to be called. */
  readonly call?: number;
  readonly args?: readonly unknown[];
  /** A promise of the page, now settled. */
  readonly settled?: number;
  readonly outcome?: "resolve" | "reject";
  readonly result?: unknown;
}

const PATIENCE = 10_000;

/**
 * The objects of a page in a browser, as if they were here: reading a property and calling a method
 * answer at once, as with an object of this process, and listeners are called in the order of the
 * page's events. What answers nothing goes along with the next question. Browsers are reached asynchronously only, so a thread carries the messages, and this
 * one waits for it.
 */
export class RemotePage {
  readonly #packing: Packing;
  readonly #bell = new Int32Array(new SharedArrayBuffer(4));
  readonly #channel = new MessageChannel();
  readonly #replies = new Map<number, FromPage>();
  readonly #worker: Worker;
  #lastId = 0;
  /** What needs no answer, and waits for the next that does or for the end of the turn. */
  #batch: Request[] = [];
  #onceReady: () => void = () => {};
  /** What went wrong in the page by itself: uncaught errors, unhandled rejections. */
  readonly mistakes: string[] = [];

  constructor() {
    const isTelling = () => this.#batch.length > 0;
    this.#packing = new Packing({
      ask: (request) => this.#ask(request),
      tell: (request) => this.#tell(request),
      get telling() {
        return isTelling();
      },
    });
    const { port1, port2 } = this.#channel;
    this.#worker = new Worker(new URL("../../page/worker.mjs", import.meta.url), {
      workerData: { port: port2, bell: this.#bell },
      transferList: [port2],
    });
    port1.unref();
  }

  /**
   * Opens the page in a browser.
   * @param bundle the address of the client bundle it is to load
   * @param goto makes the browser open an address
   */
  async open(bundle: string, goto: (url: string) => Promise<unknown>): Promise<void> {
    const port = this.#channel.port1;
    const [{ listening }] = (await once(port, "message")) as [FromPage];
    port.on("message", (message: FromPage) => this.#handle(message));
    const ready = new Promise<void>((resolve) => {
      this.#onceReady = resolve;
    });
    await goto(`http://127.0.0.1:${listening}/?bundle=${encodeURIComponent(bundle)}`);
    await ready;
  }

  /** What the bundle exports, as far as tests use it. */
  get exports(): unknown {
    return this.#packing.unpack({ $: "object", id: 0 });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #ask(request: Request): unknown {
    const id = ++this.#lastId;
    this.#batch.push({ id, ...request });
    this.#flush();
    const end = Date.now() + PATIENCE;
    for (;;) {
      const rung = Atomics.load(this.#bell, 0);
      this.#receiveAll();
      const reply = this.#replies.get(id);
      if (reply) {
        this.#replies.delete(id);
        if ("error" in reply) throw this.#packing.unpack(reply.error);
        return reply.value;
      }
      Atomics.wait(this.#bell, 0, rung, PATIENCE);
      if (Date.now() > end) throw new Error(`the page does not answer: ${JSON.stringify(request)}`);
    }
  }

  #tell(request: Request): void {
    this.#batch.push(request);
    if (this.#batch.length === 1) setImmediate(() => this.#flush());
  }

  #flush(): void {
    if (this.#batch.length === 0) return;
    this.#channel.port1.postMessage(this.#batch);
    this.#batch = [];
  }

  #receiveAll(): void {
    for (;;) {
      const received = receiveMessageOnPort(this.#channel.port1) as
        | { message: FromPage }
        | undefined;
      if (!received) return;
      this.#handle(received.message);
    }
  }

  #handle(message: FromPage): void {
    if (message.reply !== undefined) {
      this.#replies.set(message.reply, message);
    } else if (message.call !== undefined) {
      this.#packing.callBack(message.call, message.args ?? []);
    } else if (message.settled !== undefined) {
      this.#packing.settle(message.settled, message.outcome ?? "resolve", message.result);
    } else if (message.mistake !== undefined) {
      this.mistakes.push(message.mistake);
    } else if (message.ready) {
      this.#onceReady();
    }
  }
}
