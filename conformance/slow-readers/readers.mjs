// Clients in a process of their own, on raw TCP: many that read, and one that stops; see feed.mjs.
import { randomBytes } from "node:crypto";
import { request } from "node:http";
import { connect } from "node:net";
import { setTimeout } from "node:timers/promises";

const port = Number(process.argv[2]);
const QUERY = "/socket.io/?EIO=4&transport=";
/** How often the slow one shows that it lives, in milliseconds: it only does not read. */
const PONG_MS = 5000;

/** What a client has received. */
class Tally {
  count = 0;
  last = -1;
  disordered = 0;
  acks = [];

  /** @param {string} head the beginning of a packet: `42["m",17,…`, or with an acknowledgement `4217["m",17,…` */
  add(head) {
    const match = /^42(\d*)\["m",(\d+),/.exec(head);
    if (!match) {
      return;
    }
    const n = Number(match[2]);
    this.disordered += n > this.last ? 0 : 1;
    this.last = n;
    this.count++;
    if (match[1]) {
      this.acks.push(`43${match[1]}[]`);
    }
  }
}

function frame(text) {
  const body = Buffer.from(text);
  const head = Buffer.from([0x81, 0x80 | body.length, 0, 0, 0, 0]);
  return Buffer.concat([head, body]);
}

/** A WebSocket that looks at the beginning of each message, and keeps nothing. */
class WebSocketReader {
  tally = new Tally();
  closed = false;
  #left = Buffer.alloc(0);
  /** Bytes of the current message that are still to come. */
  #skip = 0;

  async open(query = "") {
    const key = randomBytes(16).toString("base64");
    this.socket = connect(port, "127.0.0.1");
    this.socket.on("error", () => {});
    this.socket.on("close", () => {
      this.closed = true;
    });
    this.socket.write(
      `GET ${QUERY}websocket${query} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n` +
        `Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
    );
    await new Promise((resolve) => {
      let head = Buffer.alloc(0);
      const onData = (chunk) => {
        head = Buffer.concat([head, chunk]);
        const end = head.indexOf("\r\n\r\n");
        if (end >= 0) {
          this.socket.off("data", onData);
          this.socket.on("data", (data) => this.#read(data));
          this.#read(head.subarray(end + 4));
          resolve();
        }
      };
      this.socket.on("data", onData);
    });
    const joined = new Promise((resolve) => {
      this.onJoined = resolve;
    });
    this.socket.write(frame("40"));
    await joined;
    return this;
  }

  #read(chunk) {
    let data = chunk;
    if (this.#skip > 0) {
      const skipped = Math.min(this.#skip, data.length);
      this.#skip -= skipped;
      data = data.subarray(skipped);
    }
    if (this.#left.length > 0) {
      data = Buffer.concat([this.#left, data]);
    }
    let at = 0;
    while (data.length - at >= 2) {
      const short = data[at + 1] & 0x7f;
      const head = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (data.length - at < head) {
        break;
      }
      const length =
        short < 126
          ? short
          : short === 126
            ? data.readUInt16BE(at + 2)
            : Number(data.readBigUInt64BE(at + 2));
      if (data.length - at < Math.min(head + length, head + 40)) {
        break;
      }
      this.#onMessage(data.latin1Slice(at + head, at + head + Math.min(length, 40)));
      at += head + length;
    }
    this.#skip += Math.max(0, at - data.length);
    this.#left = Buffer.from(data.subarray(Math.min(at, data.length)));
  }

  #onMessage(head) {
    if (head === "2") {
      this.socket.write(frame("3"));
    } else if (head.startsWith("40")) {
      this.onJoined?.();
    } else {
      this.tally.add(head);
      for (const ack of this.tally.acks.splice(0)) {
        this.socket.write(frame(ack));
      }
    }
  }

  stop() {
    this.socket.pause();
    this.pongs = setInterval(() => this.socket.write(frame("3")), PONG_MS);
  }

  async resume() {
    clearInterval(this.pongs);
    this.socket.resume();
  }

  end() {
    clearInterval(this.pongs);
    this.socket.destroy();
  }
}

function http(path, body) {
  return new Promise((resolve) => {
    const method = body === undefined ? "GET" : "POST";
    request({ host: "127.0.0.1", port, path, method, agent: false }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => {
        resolve({ status: response.statusCode, body: Buffer.concat(chunks).toString() });
      });
    })
      .on("error", () => resolve({ status: 0, body: "" }))
      .end(body);
  });
}

/** A polling client that stops polling. */
class PollingReader {
  tally = new Tally();
  closed = false;

  async open(query) {
    const { body } = await http(`${QUERY}polling${query}`);
    this.path = `${QUERY}polling&sid=${JSON.parse(body.slice(1)).sid}`;
    await http(this.path, "40");
    await http(this.path);
    return this;
  }

  stop() {
    this.pongs = setInterval(() => http(this.path, "3"), PONG_MS);
  }

  async resume() {
    clearInterval(this.pongs);
    this.#poll();
  }

  async #poll() {
    while (!this.closed) {
      const { status, body } = await http(this.path);
      this.closed ||= status !== 200;
      for (const packet of status === 200 ? body.split("\x1e") : []) {
        this.tally.add(packet.slice(0, 40));
        if (packet === "2") {
          await http(this.path, "3");
        }
      }
      const acks = this.tally.acks.splice(0);
      if (acks.length > 0) {
        await http(this.path, acks.join("\x1e"));
      }
    }
  }

  end() {
    clearInterval(this.pongs);
    this.closed = true;
  }
}

const readers = [];
let slow;

const commands = {
  async connect({ count, slowBy }) {
    for (let i = 0; i < count; i += 50) {
      const some = Array.from({ length: Math.min(50, count - i) }, () =>
        new WebSocketReader().open(),
      );
      readers.push(...(await Promise.all(some)));
    }
    if (slowBy) {
      slow = await new (slowBy === "polling" ? PollingReader : WebSocketReader)().open("&slow=1");
      slow.stop();
    }
    return {};
  },
  /** Waits until all have so many, and tells what they have. */
  async healthy({ count }) {
    for (let i = 0; i < 200 && readers.some(({ tally }) => tally.count < count); i++) {
      await setTimeout(50);
    }
    const counts = readers.map(({ tally }) => tally.count);
    return {
      complete: counts.filter((n) => n === count).length,
      least: Math.min(...counts),
      disordered: readers.reduce((sum, { tally }) => sum + tally.disordered, 0),
      closed: readers.filter(({ closed }) => closed).length,
    };
  },
  /** Lets the slow one read on, until nothing more comes. */
  async resume() {
    if (!slow) {
      return { delivered: null };
    }
    await slow.resume();
    let before;
    do {
      before = slow.tally.count;
      await setTimeout(700);
    } while (slow.tally.count !== before);
    const { count, last, disordered } = slow.tally;
    return { delivered: count, last, disordered, closed: slow.closed };
  },
  async end() {
    for (const reader of [...readers, ...(slow ? [slow] : [])]) {
      reader.end();
    }
    return {};
  },
};

process.on("message", async ({ command, ...args }) => {
  process.send({ command, ...(await commands[command](args)) });
});
