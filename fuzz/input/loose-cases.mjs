// Clients without a session: requests of all kinds, and bytes that were requests once.
import { cuts as cutsOf, damageBytes } from "./damage.mjs";
import { bodyOf } from "./engine.mjs";
import { messageFrames } from "./frames.mjs";
import { requestBytes } from "./http.mjs";
import { conversation } from "./packets.mjs";
import { upgradeRequest } from "./session-cases.mjs";
import { EIO, HEADERS, METHODS, SIDS, TARGETS, TRANSPORTS } from "./values.mjs";

/** @typedef {import("../random.mjs").Random} Random */
/** @typedef {import("./script.mjs").Step} Step */

/** @param {Random} random */
function anyTarget(random) {
  if (random.chance(0.4)) {
    return random.pick(TARGETS);
  }
  const sid = random.chance(0.5) ? `&sid=${random.pick(SIDS)}` : "";
  // Most have to come past the first check.
  const transport = random.pick(random.chance(0.7) ? ["polling", "websocket"] : TRANSPORTS);
  return `/socket.io/?EIO=${random.pick(EIO)}&transport=${transport}${sid}`;
}

/** @param {Random} random @returns {Step[]} */
export function strayCase(random) {
  return Array.from({ length: random.between(1, 8) }, (_, i) => {
    const headers = Array.from({ length: random.int(4) }, () => random.pick(HEADERS));
    if (random.chance(0.25)) {
      const upgrade = upgradeRequest(random, anyTarget(random), random.chance(0.7));
      return { ...upgrade, on: `ws${i}`, headers: [...upgrade.headers, ...headers] };
    }
    const method = random.chance(0.5) ? "GET" : random.pick(METHODS);
    const body = random.chance(0.3) ? random.bytes(random.pick([0, 1, 100])) : undefined;
    return {
      ...{
        do: "request",
        on: `http${random.int(2)}`,
        method,
        target: anyTarget(random),
        headers,
        body,
      },
      ...{ isChunked: random.chance(0.2), cuts: cutsOf(random, 100), waits: random.chance(0.6) },
      ...(random.chance(0.05) ? { stopsAfter: random.int(200) } : {}),
    };
  });
}

/** A stream of requests or of a WebSocket, damaged anywhere. @param {Random} random @returns {Step[]} */
export function bytesCase(random) {
  const revision = random.chance(0.65) ? 4 : 3;
  const length = random.between(1, 6);
  const chunks = conversation(random, { revision, length }).flat();
  const messages = chunks.map((chunk) => (typeof chunk === "string" ? `4${chunk}` : chunk));
  const isWebSocket = random.chance(0.5);
  const stream = isWebSocket
    ? webSocketStream(random, revision, messages)
    : pollingStream(random, revision, messages);
  const bytes = damageBytes(random, stream, random.between(0, 6));
  const target = `/socket.io/?EIO=${revision}&transport=polling`;
  return [
    ...(isWebSocket
      ? []
      : [
          {
            do: "request",
            on: "polls",
            method: "GET",
            target,
            headers: [],
            cuts: [],
            waits: true,
            opens: true,
          },
        ]),
    { do: "raw", on: "raw", bytes, cuts: cutsOf(random, bytes.length) },
    ...(random.chance(0.3) ? [{ do: "pause", ms: random.pick([1, 20]) }] : []),
  ];
}

/** @param {Random} random @param {number} revision @param {(string | Buffer)[]} messages */
function webSocketStream(random, revision, messages) {
  const { headers } = upgradeRequest(random, "");
  const target = `/socket.io/?EIO=${revision}&transport=websocket`;
  const frames = messages.map((message) => messageFrames(random, message));
  return Buffer.concat([requestBytes("GET", target, headers), ...frames]);
}

/** @param {Random} random @param {4 | 3} revision @param {(string | Buffer)[]} messages */
function pollingStream(random, revision, messages) {
  const target = `/socket.io/?EIO=${revision}&transport=polling&sid={sid}`;
  const form = revision === 4 ? "text" : random.pick(["text", "binary"]);
  const type = form === "binary" ? "application/octet-stream" : "text/plain";
  return Buffer.concat(
    messages.flatMap((message) => [
      requestBytes(
        "POST",
        target,
        [["Content-Type", type]],
        bodyOf([message], revision, form),
        random.chance(0.3),
      ),
      ...(random.chance(0.4) ? [requestBytes("GET", target, [])] : []),
    ]),
  );
}
