// A session of long polling, as a page has it: one connection for GETs, one for POSTs.
import { getRequest, postRequest } from "./headers.mjs";
import { HttpLine } from "./http-line.mjs";

const PATH = "/socket.io/?EIO=4&transport=polling";
const SEPARATOR = "\x1e";

export class PollingSession {
  index;
  sid = "";
  #gets;
  #posts;
  /** Packets for the next POST. @type {string[]} */
  #outbox = [];
  #posting = false;
  /** Ends the polling with the GET under way. */
  #pausing = false;
  #ended = false;

  /** @type {(packet: string) => void} who gets the messages */
  onMessage = (packet) => this.#fail(new Error(`a message that nothing asked for: ${packet}`));
  #fail;

  /** @param {{ index: number, port: number, fail: (error: Error) => void }} options */
  constructor({ index, port, fail }) {
    this.index = index;
    this.#fail = (error) => this.#ended || fail(error);
    this.#gets = new HttpLine(index, port);
    this.#posts = new HttpLine(index, port);
  }

  /** The handshake. */
  async open() {
    const body = await this.#get();
    if (!body.startsWith('0{"sid":"')) {
      throw new Error(`the handshake was answered by ${body}`);
    }
    this.sid = JSON.parse(body.slice(1)).sid;
  }

  /** Joins the namespace. Polling goes on afterwards; `polling` is its end. */
  join() {
    return new Promise((resolve, reject) => {
      const onMessage = this.onMessage;
      this.onMessage = (packet) => {
        this.onMessage = onMessage;
        if (packet.startsWith('40{"sid":"')) {
          resolve();
        } else {
          reject(new Error(`instead of the namespace: ${packet}`));
        }
      };
      this.send("40");
      this.polling = this.#poll();
    });
  }

  /** @param {string} packet */
  send(packet) {
    this.#outbox.push(packet);
    if (!this.#posting) {
      this.#post();
    }
  }

  /** Ends when no request is under way. */
  async pause() {
    this.#pausing = true;
    await this.polling;
    await this.posting;
  }

  /** Gives up its connections; the server sees requests that are aborted. */
  end() {
    this.#ended = true;
    this.#gets.end();
    this.#posts.end();
  }

  #get() {
    const path = this.sid ? `${PATH}&sid=${this.sid}` : PATH;
    return this.#gets.request(getRequest(path, this.#gets.host, this.index));
  }

  async #poll() {
    try {
      while (!this.#pausing) {
        for (const packet of (await this.#get()).split(SEPARATOR)) {
          this.#receive(packet);
        }
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  #receive(packet) {
    if (packet === "2") {
      this.send("3");
    } else if (packet[0] === "4") {
      this.onMessage(packet);
    } else if (packet !== "6") {
      this.#fail(new Error(`polling brought ${packet}`));
    }
  }

  async #post() {
    this.#posting = true;
    this.posting = this.#postAll();
    await this.posting;
    this.#posting = false;
  }

  async #postAll() {
    try {
      while (this.#outbox.length > 0) {
        const body = this.#outbox.splice(0).join(SEPARATOR);
        const path = `${PATH}&sid=${this.sid}`;
        const request = postRequest(path, this.#posts.host, this.index, body);
        const answer = await this.#posts.request(request);
        if (answer !== "ok") {
          throw new Error(`a POST was answered by ${answer}`);
        }
      }
    } catch (error) {
      this.#fail(error);
    }
  }
}

/** A session whose namespace is joined. @param {ConstructorParameters<typeof PollingSession>[0]} options */
export async function openPolling(options) {
  const session = new PollingSession(options);
  await session.open();
  await session.join();
  return session;
}
