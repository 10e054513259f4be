// One client as the server sees it: Engine.IO 4 and Socket.IO 5, as far as the scenarios need them.
import { TEXT_64 } from "../scenarios/fillers.mjs";

const FILLER = JSON.stringify(TEXT_64);
const HEARTBEAT = { pingInterval: 25_000, pingTimeout: 20_000, maxPayload: 1_000_000 };
const BYTES = Buffer.alloc(1000, "hawser bench ");

/** The packets of one event, by its kind. @type {Record<string, (number: number) => (string | Buffer)[]>} */
const EVENTS = {
  news: (number) => [`42["news",${number},${FILLER}]`],
  bytes: (number) => [`451-["bytes",${number},{"_placeholder":true,"num":0}]`, BYTES],
};

export class Peer {
  /** @type {import("./pipes.mjs").PollingPipe | undefined} */
  polling;
  #sid;
  #host;
  #pipe;
  #sent = 0;
  #heard = 0;
  #echoes = 0;
  #exchanged = () => {};

  /** @param {string} sid @param {{ greeting?: string, left(): void, told(): void, failed(error: Error): void }} host */
  constructor(sid, host) {
    this.#sid = sid;
    this.#host = host;
  }

  /** @param {string[]} upgrades */
  start(pipe, upgrades) {
    this.polling = upgrades.length > 0 ? pipe : undefined;
    this.#use(pipe);
    pipe.send([`0${JSON.stringify({ sid: this.#sid, upgrades, ...HEARTBEAT })}`]);
  }

  /** A WebSocket beside polling, which takes over. */
  probe(pipe) {
    pipe.onPacket = (packet) => {
      if (packet === "2probe") {
        pipe.send(["3probe"]);
        this.polling.drain();
      } else if (packet === "5") {
        this.#use(pipe);
        pipe.send(this.polling.take());
      } else {
        this.#fail(packet);
      }
    };
  }

  sendEvents(kind, count) {
    const packets = [];
    for (let i = 0; i < count; i++) {
      packets.push(...EVENTS[kind](this.#sent++));
    }
    this.#pipe.send(packets);
  }

  /** Ends when so many questions were echoed. @param {number} count */
  exchange(count) {
    return new Promise((resolve) => {
      this.#echoes = count;
      this.#exchanged = resolve;
      this.#question();
    });
  }

  #question() {
    this.#pipe.send([`42["echo",${this.#sent},${FILLER}]`]);
  }

  #use(pipe) {
    this.#pipe = pipe;
    pipe.onPacket = (packet) => this.#receive(packet);
    pipe.onClose = () => this.#host.left();
  }

  #receive(packet) {
    if (packet.startsWith("42")) {
      this.#event(packet);
    } else if (packet === "40") {
      const { greeting } = this.#host;
      const joined = `40{"sid":"${this.#sid}"}`;
      this.#pipe.send(greeting ? [joined, greeting] : [joined]);
    } else if (packet !== "41" && packet !== "3") {
      this.#fail(packet);
    }
  }

  #event(packet) {
    if (packet.startsWith('42["tell"')) {
      this.#expect(packet, `42["tell",${this.#heard++},${FILLER}]`);
      this.#host.told();
    } else if (packet.startsWith('42["echo"')) {
      this.#expect(packet, `42["echo",${this.#sent++},${FILLER}]`);
      if (--this.#echoes === 0) {
        this.#exchanged();
      } else {
        this.#question();
      }
    } else {
      const id = packet.slice(2, packet.indexOf("["));
      this.#expect(packet, `42${id}["ask",${FILLER}]`);
      this.#pipe.send([`43${id}[${FILLER}]`]);
    }
  }

  #expect(packet, expected) {
    if (packet !== expected) {
      this.#fail(packet);
    }
  }

  #fail(packet) {
    this.#host.failed(new Error(`a packet that is out of place: ${packet.slice(0, 100)}`));
  }
}
