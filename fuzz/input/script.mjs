// One case: what one hostile client does, as a list of steps, from the seed and the index of the case.
import { Random } from "../random.mjs";
import { bytesCase, strayCase } from "./loose-cases.mjs";
import { pollingCase, recoveryCase, upgradeCase, webSocketCase } from "./session-cases.mjs";

/**
 * @typedef {object} RequestStep one HTTP request
 * @property {"request"} do
 * @property {string} on which connection, by name; those of the same name share one
 * @property {string} method
 * @property {string} target `{sid}` stands for the id of the session
 * @property {readonly (readonly [string, string])[]} headers
 * @property {Buffer} [body]
 * @property {boolean} [isChunked]
 * @property {readonly number[]} cuts
 * @property {boolean} [waits] for the response, before the next step
 * @property {boolean} [opens] the response has the id of the session
 * @property {"poll4" | "poll3" | "jsonp"} [answer] what a 200 must look like
 * @property {number} [stopsAfter] bytes; then the connection is reset
 */

/**
 * @typedef {object} UpgradeStep the request for a WebSocket
 * @property {"upgrade"} do
 * @property {string} on
 * @property {string} target
 * @property {readonly (readonly [string, string])[]} headers
 * @property {readonly number[]} cuts
 * @property {boolean} waits
 */

/**
 * @typedef {{ do: "frames", on: string, note?: string, bytes: Buffer, cuts: readonly number[] }} FramesStep
 * @typedef {{ do: "raw", on: string, bytes: Buffer, cuts: readonly number[] }} RawStep whatever comes back
 * @typedef {{ do: "recover", on: string, text: string, revision: number }} RecoverStep `{pid}` and `{offset}` are what came
 * @typedef {{ do: "pause", ms: number }} PauseStep
 * @typedef {{ do: "reset" | "finish" | "deafen", on: string }} WireStep
 * @typedef {RequestStep | UpgradeStep | FramesStep | RawStep | RecoverStep | PauseStep | WireStep} Step
 */

/**
 * @typedef {object} Script
 * @property {number} index
 * @property {string} kind
 * @property {Step[]} steps
 * @property {"reset" | "finish" | "drain" | "leave"} ending
 * @property {boolean} staysOpen connections are not ended when the server ends them
 */

const KINDS = {
  polling: pollingCase,
  websocket: webSocketCase,
  upgrade: upgradeCase,
  recovery: recoveryCase,
  bytes: bytesCase,
  stray: strayCase,
};

/** @param {string | number} seed @param {number} index @returns {Script} */
export function scriptOf(seed, index) {
  const random = new Random(seed, index);
  const kind = random.weighted({
    ...{ polling: 25, websocket: 30, upgrade: 20, recovery: 6 },
    ...{ bytes: 12, stray: 7 },
  });
  const steps = KINDS[kind](random);
  const ending = random.weighted({ reset: 40, finish: 30, drain: 22, leave: 8 });
  return { index, kind, steps, ending, staysOpen: random.chance(0.1) };
}
