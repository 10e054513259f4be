// Plays one case against a server.
import { setTimeout as sleep } from "node:timers/promises";
import { frame } from "./input/frames.mjs";
import { requestBytes } from "./input/http.mjs";
import { Wire } from "./wire/wire.mjs";

/** @typedef {import("./input/script.mjs").Script} Script */
/** @typedef {import("./input/script.mjs").Step} Step */
/** @typedef {import("./wire/response-reader.mjs").Response} Response */

/** Milliseconds in which every request has its one response; heartbeats answer a poll far sooner. */
const RESPONSE_MS = 15_000;

/** Milliseconds that a step waits before the next one goes on without its response. */
const PATIENCE_MS = 150;

const ANSWERS = {
  poll4: (body) => body.split("\x1e").every((packet) => /^([0-6]|b)/.test(packet)),
  poll3: (body) => /^\d+:/.test(body) || body.charCodeAt(0) <= 1,
  jsonp: (body) => body.startsWith("___eio["),
};

/**
 * @typedef {object} Host
 * @property {number} port
 * @property {(script: Script, what: string) => void} onFinding
 * @property {(kind: string) => void} count one input
 * @property {Set<Wire>} left connections that cases have left open
 */

export class Player {
  #host;
  #script;
  /** @type {Map<string, Wire>} */
  #wires = new Map();
  /** @type {Set<Promise<unknown>>} */
  #pending = new Set();
  #sid = "none";
  #pid = "none";
  #offset = "none";

  /** @param {Host} host @param {Script} script */
  constructor(host, script) {
    this.#host = host;
    this.#script = script;
  }

  async play() {
    for (const step of this.#script.steps) {
      await this.#take(step);
    }
    await this.#end();
  }

  /** @param {Step} step */
  async #take(step) {
    switch (step.do) {
      case "request":
        return this.#request(step);
      case "upgrade":
        return this.#upgrade(step);
      case "frames":
        this.#host.count("frame");
        return this.#wires.get(step.on)?.send(step.bytes, step.cuts);
      case "recover":
        this.#host.count("frame");
        return this.#wires.get(step.on)?.send(frame(1, Buffer.from(this.#fill(step.text))), []);
      case "raw": {
        this.#host.count("raw");
        const wire = this.#open(step.on, () => {});
        return wire.send(
          Buffer.from(this.#fill(step.bytes.toString("latin1")), "latin1"),
          step.cuts,
        );
      }
      case "pause":
        return sleep(step.ms);
      case "reset":
        return this.#wires.get(step.on)?.reset();
      case "finish":
        return this.#wires.get(step.on)?.finish();
      default:
        return this.#wires.get(step.on)?.pause();
    }
  }

  /** @param {import("./input/script.mjs").RequestStep} step */
  async #request(step) {
    this.#host.count("request");
    const { method, target, headers, body, isChunked, cuts, stopsAfter } = step;
    const bytes = requestBytes(method, this.#fill(target), headers, body, isChunked);
    const wire = this.#openFor(step.on);
    if (stopsAfter !== undefined) {
      // The server may answer what it has, or need not.
      wire.expectBrokenOff(method);
      this.#putAside(step.on, wire);
      await wire.send(
        bytes.subarray(0, stopsAfter),
        cuts.filter((cut) => cut < stopsAfter),
      );
      setImmediate(() => wire.reset());
      return;
    }
    const answer = wire.expect(method).then((response) => this.#responseOnCome(step, response));
    this.#await(answer, wire, `${method} ${target}`);
    await wire.send(
      bytes,
      cuts.filter((cut) => cut < bytes.length),
    );
    if (step.waits) {
      await withPatience(answer);
    }
  }

  /** @param {import("./input/script.mjs").UpgradeStep} step */
  async #upgrade({ on, target, headers, cuts, waits }) {
    this.#host.count("upgrade");
    const bytes = requestBytes("GET", this.#fill(target), headers);
    const wire = this.#open(on);
    const answer = wire.expect("UPGRADE");
    this.#await(answer, wire, `upgrade ${target}`);
    await wire.send(
      bytes,
      cuts.filter((cut) => cut < bytes.length),
    );
    if (waits) {
      await withPatience(answer);
    }
  }

  /** @param {import("./input/script.mjs").RequestStep} step @param {Response | undefined} response */
  #responseOnCome({ opens, answer, target }, response) {
    if (response?.status !== 200) {
      return;
    }
    const body = opens || answer ? response.body.toString() : "";
    if (opens) {
      this.#sid = /sid\\?":\\?"([\w-]+)/.exec(body)?.[1] ?? "none";
    }
    const isEncoded = response.headers.has("content-encoding");
    if (answer && !isEncoded && !ANSWERS[answer](body)) {
      this.#finding(`a poll was answered with ${JSON.stringify(body.slice(0, 80))}: ${target}`);
    }
  }

  /** The connection of that name, or a new one when it has ended. @param {string} name */
  #openFor(name) {
    const wire = this.#wires.get(name);
    return wire && !wire.isEnded && !wire.isWebSocket ? wire : this.#open(name);
  }

  /** @param {string} name @param {(what: string) => void} [onWrong] */
  #open(name, onWrong = (what) => this.#finding(what)) {
    const former = this.#wires.get(name);
    if (former) {
      this.#putAside(name, former);
    }
    const options = { staysOpen: this.#script.staysOpen, onText: (text) => this.#onText(text) };
    const wire = new Wire({ port: this.#host.port, onWrong }, options);
    this.#wires.set(name, wire);
    return wire;
  }

  /** No more is sent by it, but it ends with the case. @param {string} name @param {Wire} wire */
  #putAside(name, wire) {
    this.#wires.delete(name);
    this.#wires.set(`${name}, the ${this.#wires.size}th`, wire);
  }

  /** Looks for what recovery needs. @param {string} text */
  #onText(text) {
    this.#pid = /"pid":"([^"]+)"/.exec(text)?.[1] ?? this.#pid;
    this.#offset = /^42.*"([^"]+)"\]$/.exec(text)?.[1] ?? this.#offset;
  }

  /** @param {string} text */
  #fill(text) {
    return text
      .replaceAll("{sid}", this.#sid)
      .replaceAll("{pid}", this.#pid)
      .replaceAll("{offset}", this.#offset);
  }

  /** @param {Promise<unknown>} answer @param {Wire} wire @param {string} what */
  #await(answer, wire, what) {
    const timer = setTimeout(() => {
      if (wire.isDeaf) {
        return;
      }
      this.#finding(`no response in ${RESPONSE_MS / 1000} s: ${what} (${wire.description})`);
      wire.reset();
    }, RESPONSE_MS);
    const settled = answer.then(() => {
      clearTimeout(timer);
      this.#pending.delete(settled);
    });
    this.#pending.add(settled);
  }

  async #end() {
    const wires = [...this.#wires.values()];
    const { ending } = this.#script;
    if (ending === "leave") {
      for (const wire of wires) {
        this.#host.left.add(wire);
      }
      return;
    }
    for (const wire of wires) {
      wire.resume();
    }
    if (ending === "drain") {
      await Promise.all(this.#pending);
    }
    if (ending !== "reset") {
      for (const wire of wires) {
        wire.finish();
      }
      await this.#closed(wires);
    }
    for (const wire of wires) {
      wire.reset();
    }
  }

  /** A server ends its side soon after its peer has. @param {Wire[]} wires */
  async #closed(wires) {
    if (this.#script.staysOpen) {
      return;
    }
    const timer = setTimeout(() => {
      if (wires.some(({ isClosed }) => !isClosed)) {
        this.#finding(
          `a connection was not closed in ${RESPONSE_MS / 1000} s after its peer had ended it`,
        );
      }
      for (const wire of wires) {
        wire.reset();
      }
    }, RESPONSE_MS);
    await Promise.all(wires.map((wire) => wire.whenClosed));
    clearTimeout(timer);
  }

  /** @param {string} what */
  #finding(what) {
    this.#host.onFinding(this.#script, what);
  }
}

/** @param {Promise<unknown>} answer */
async function withPatience(answer) {
  let timer;
  await Promise.race([
    answer,
    new Promise((resolve) => {
      timer = setTimeout(resolve, PATIENCE_MS);
    }),
  ]);
  clearTimeout(timer);
}
