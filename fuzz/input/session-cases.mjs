// Clients that open a session as they should, and go on as they should not.
import { cuts as cutsOf, damageBytes, damageOrder, damageText } from "./damage.mjs";
import { bodyOf, contentTypeOf, messageOf, webSocketMessageOf } from "./engine.mjs";
import { messageFrames, oddFrames } from "./frames.mjs";
import { conversation } from "./packets.mjs";
import { EIO, HANDSHAKE_HEADERS, HEADERS, METHODS, SIDS, TRANSPORTS } from "./values.mjs";

/** @typedef {import("../random.mjs").Random} Random */
/** @typedef {import("./script.mjs").Step} Step */
/** @typedef {import("./engine.mjs").Message} Message */

/**
 * @typedef {object} Client
 * @property {4 | 3} revision
 * @property {import("./engine.mjs").Form} form of its polling bodies
 * @property {boolean} isBase64
 * @property {string} extra what its handshake has in the query
 * @property {"none" | "order" | "text" | "bytes"} damage
 */

const PATH = "/socket.io/";

/** Engine packets that are not messages, or not in that place. */
const ENGINE_PACKETS = [
  ...[
    "2",
    "3",
    "3",
    "3",
    "1",
    "5",
    "6",
    "2probe",
    "3probe",
    "0{}",
    '0{"sid":"{sid}"}',
    "9x",
    "",
    "b",
  ],
  ...["bA", "b****", "b4AA=", "4", "4\ud800", "\x1e", "4\x1e", "2x", "3x", "41", "7"],
];

/** @param {Random} random @returns {Client} */
function clientOf(random) {
  const revision = random.chance(0.65) ? 4 : 3;
  const form = revision === 4 ? "text" : random.pick(["text", "binary", "jsonp"]);
  const isBase64 = random.chance(0.2);
  const page = form === "jsonp" ? `&j=${random.pick(["0", "0", "12", "x", "1)(alert"])}` : "";
  return {
    ...{ revision, form, isBase64 },
    extra: `${page}${isBase64 ? "&b64=1" : ""}`,
    damage: random.weighted({ none: 35, order: 20, text: 25, bytes: 20 }),
  };
}

/** The messages of a client, each packet's in a list, the damage done. @param {Random} random @param {Client} client @param {number} length */
function messagesOf(random, { revision, damage }, length) {
  const packets = conversation(random, { revision, length });
  let chunks = packets.map((packet) => packet.map(messageOf));
  if (damage === "order") {
    // Single chunks, so that attachments lose their packets too.
    chunks = damageOrder(random, random.chance(0.5) ? chunks.flat().map((one) => [one]) : chunks);
  } else if (damage === "text") {
    const at = random.int(chunks.length);
    chunks[at] = chunks[at].map((chunk) =>
      typeof chunk === "string" ? damageText(random, chunk) : damageBytes(random, chunk),
    );
  }
  if (random.chance(0.25)) {
    chunks.splice(random.int(chunks.length + 1), 0, [random.pick(ENGINE_PACKETS)]);
  }
  return chunks;
}

/** @param {Random} random @returns {(readonly [string, string])[]} */
function someHeaders(random) {
  return random.chance(0.15)
    ? Array.from({ length: random.between(1, 3) }, () => random.pick(HEADERS))
    : [];
}

/** @param {Random} random @param {Client} client @returns {Step} */
function opening(random, { revision, extra }) {
  const target = `${PATH}?EIO=${revision}&transport=polling${extra}`;
  return {
    ...{ do: "request", on: "polls", method: "GET", target, headers: someHeaders(random) },
    ...{ cuts: random.chance(0.05) ? cutsOf(random, 60) : [], waits: true, opens: true },
  };
}

/** @param {Client} client */
function sessionTarget({ revision }) {
  return `${PATH}?EIO=${revision}&transport=polling&sid={sid}`;
}

/** @param {Random} random @param {Client} client @param {boolean} waits @returns {Step} */
function poll(random, client, waits) {
  const answer = client.revision === 4 ? "poll4" : client.form === "jsonp" ? "jsonp" : "poll3";
  return {
    ...{ do: "request", on: "polls", method: "GET", target: sessionTarget(client), answer, waits },
    ...{ headers: someHeaders(random), cuts: [] },
  };
}

/** @param {Random} random @param {Client} client @param {Message[]} messages @returns {Step} */
function post(random, client, messages) {
  const { revision, form } = client;
  let body = bodyOf(messages, revision, form);
  if (client.damage === "bytes" && random.chance(0.4)) {
    body = damageBytes(random, body);
  }
  const type = random.chance(0.96)
    ? contentTypeOf(revision, form)
    : random.pick(["application/octet-stream", ""]);
  return {
    ...{ do: "request", on: "posts", method: "POST", target: sessionTarget(client), body },
    headers: [
      ["Content-Type", type],
      ...someHeaders(random).filter(([name]) => name !== "Content-Type"),
    ],
    isChunked: random.chance(0.1),
    cuts: cutsOf(random, body.length + 150),
    waits: random.chance(0.85),
    ...(random.chance(0.03) ? { stopsAfter: random.int(body.length + 200) } : {}),
  };
}

/** A request of the session that no client makes. @param {Random} random @param {Client} client @returns {Step} */
function oddRequest(random, client) {
  const body = random.chance(0.5)
    ? bodyOf([random.pick(ENGINE_PACKETS)], client.revision, client.form)
    : undefined;
  const query = random.pick([
    () => `EIO=${random.pick(EIO)}&transport=polling&sid={sid}`,
    () => `EIO=${client.revision}&transport=${random.pick(TRANSPORTS)}&sid={sid}`,
    () => `EIO=${client.revision}&transport=polling&sid=${random.pick(SIDS)}`,
    () => `EIO=${client.revision}&transport=polling&sid={sid}&sid=${random.pick(SIDS)}`,
    () => `sid={sid}&transport=polling&EIO=${client.revision}&j=${random.int(9)}&b64=1`,
    () => "sid={sid}",
  ])();
  return {
    ...{
      do: "request",
      on: random.pick(["posts", "polls", "others"]),
      cuts: [],
      waits: random.chance(0.5),
    },
    ...{ method: random.chance(0.5) ? random.pick(["GET", "POST"]) : random.pick(METHODS) },
    ...{ target: `${PATH}?${query}`, headers: someHeaders(random), body },
  };
}

/** Larger than a server of these tests takes. @param {Random} random @param {Client} client @returns {Step} */
function largePost(random, client) {
  const body = Buffer.alloc(
    random.pick([100_001, 140_000]),
    random.pick(["4", "[", "\x1e", "4[\x1e", "1:4"]),
  );
  return { ...post(random, client, []), body, cuts: [70_000], waits: true };
}

/** @param {Random} random @param {Client} client @param {Message[][]} chunks @returns {Step[]} */
function pollingSteps(random, client, chunks) {
  /** @type {Step[]} */
  const steps = [];
  for (let i = 0; i < chunks.length; ) {
    const count = random.between(1, 4);
    const messages = chunks.slice(i, i + count).flat();
    i += count;
    steps.push(post(random, client, messages));
    if (random.chance(0.6)) {
      steps.push(poll(random, client, random.chance(0.3)));
    }
    if (random.chance(0.12)) {
      steps.push(oddRequest(random, client));
    }
  }
  if (random.chance(0.03)) {
    steps.push(largePost(random, client));
  }
  return steps;
}

/** @param {Random} random */
export function pollingCase(random) {
  const client = clientOf(random);
  const steps = pollingSteps(random, client, messagesOf(random, client, random.between(1, 14)));
  const isShuffled = client.damage === "order" && random.chance(0.5);
  return [opening(random, client), ...(isShuffled ? damageOrder(random, steps) : steps)];
}

/** @param {Random} random @param {string} target @param {boolean} [waits] @returns {Step} */
export function upgradeRequest(random, target, waits = true) {
  const wanted = {
    ...{ Upgrade: "websocket", Connection: "Upgrade", "Sec-WebSocket-Version": "13" },
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    ...(random.chance(0.1)
      ? { "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits" }
      : {}),
  };
  if (random.chance(0.07)) {
    const name = random.pick(Object.keys(HANDSHAKE_HEADERS));
    wanted[name] = random.pick(HANDSHAKE_HEADERS[name]);
  }
  const headers = [...Object.entries(wanted), ...someHeaders(random)];
  return {
    do: "upgrade",
    on: "ws",
    target,
    headers,
    cuts: random.chance(0.05) ? cutsOf(random, 200) : [],
    waits,
  };
}

/** @param {Random} random @param {Client} client @param {Message[][]} chunks @param {string} on @returns {Step[]} */
function frameSteps(random, { revision, isBase64, damage }, chunks, on) {
  return chunks.flat().map((message) => {
    let bytes = messageFrames(random, webSocketMessageOf(message, revision, isBase64));
    if (damage === "bytes" && random.chance(0.15)) {
      const payload = typeof message === "string" ? Buffer.from(message) : message;
      bytes = random.chance(0.5) ? oddFrames(random, payload) : damageBytes(random, bytes);
    }
    // What is masked cannot be read when a case is shown.
    const note = String(message).slice(0, 100);
    return { do: "frames", on, note, bytes, cuts: cutsOf(random, bytes.length) };
  });
}

/** @param {Random} random */
export function webSocketCase(random) {
  const client = clientOf(random);
  const { revision, extra } = client;
  const eio = random.chance(0.97) ? revision : random.pick(EIO);
  const target = `${PATH}?EIO=${eio}&transport=websocket${extra}`;
  const frames = frameSteps(
    random,
    client,
    messagesOf(random, client, random.between(1, 30)),
    "ws",
  );
  const steps = [upgradeRequest(random, target, random.chance(0.9)), ...frames];
  if (random.chance(0.05)) {
    steps.splice(random.int(steps.length) + 1, 0, { do: "deafen", on: "ws" });
  }
  if (random.chance(0.1)) {
    steps.push({ do: "pause", ms: random.pick([1, 20, 900]) });
  }
  return steps;
}

/** @param {Random} random */
export function upgradeCase(random) {
  const client = clientOf(random);
  const chunks = messagesOf(random, client, random.between(1, 16));
  const half = random.int(chunks.length + 1);
  const eio = random.chance(0.93) ? client.revision : random.pick(EIO);
  const query = `EIO=${eio}&transport=websocket&sid=${random.chance(0.97) ? "{sid}" : random.pick(SIDS)}`;
  /** @param {string} text @returns {Step} */
  const probe = (text) => ({
    do: "frames",
    on: "ws",
    bytes: messageFrames(random, text),
    cuts: [],
  });
  let steps = [
    ...pollingSteps(random, client, chunks.slice(0, half)),
    poll(random, client, false),
    upgradeRequest(random, `${PATH}?${query}`),
    probe(random.chance(0.95) ? "2probe" : random.pick(ENGINE_PACKETS)),
    ...(random.chance(0.3) ? [{ do: "pause", ms: random.pick([1, 110, 250]) }] : []),
    probe(random.chance(0.95) ? "5" : random.pick(ENGINE_PACKETS)),
    ...frameSteps(random, client, chunks.slice(half), "ws"),
  ];
  if (random.chance(0.15)) {
    const second = { ...upgradeRequest(random, `${PATH}?${query}`), on: "ws2" };
    steps.splice(random.int(steps.length), 0, second, { ...probe("2probe"), on: "ws2" });
  }
  if (random.chance(0.15)) {
    steps.splice(random.int(steps.length), 0, {
      do: random.pick(["reset", "finish"]),
      on: random.pick(["ws", "polls"]),
    });
  }
  if (client.damage === "order") {
    steps = damageOrder(random, steps);
  }
  return [opening(random, client), ...steps];
}

/** Comes back to a session that was lost, or to another's. @param {Random} random */
export function recoveryCase(random) {
  const client = { ...clientOf(random), revision: 4, form: "text", isBase64: false };
  const target = `${PATH}?EIO=4&transport=websocket`;
  const space = random.pick(["", "/chat,", "/dyn-1,"]);
  const hello = [
    "40",
    `4${space ? `0${space}` : '2["x"]'}`,
    `42${space}["join","a"]`,
    `42${space}["room","a",1]`,
  ];
  const proof = random.pick([
    '{"pid":"{pid}","offset":"{offset}"}',
    '{"pid":"{pid}","offset":"{offset}"}',
    '{"pid":"{pid}"}',
    '{"pid":"{pid}","offset":"zzzzzz"}',
    '{"pid":"{pid}","offset":["{offset}"]}',
    '{"pid":{"toString":1},"offset":"{offset}"}',
    '{"pid":"__proto__","offset":"__proto__"}',
    '{"pid":"{pid}x","offset":""}',
  ]);
  const text = `40${space}${proof}`;
  const again = {
    do: "recover",
    on: "back",
    text: client.damage === "text" ? damageText(random, text) : text,
  };
  return [
    upgradeRequest(random, target),
    ...frameSteps(
      random,
      { ...client, damage: "none" },
      hello.map((one) => [one]),
      "ws",
    ),
    { do: "pause", ms: random.pick([5, 30]) },
    ...(random.chance(0.85) ? [{ do: random.pick(["reset", "finish"]), on: "ws" }] : []),
    ...(random.chance(0.5) ? [{ do: "pause", ms: random.pick([1, 20, 600]) }] : []),
    { ...upgradeRequest(random, target), on: "back" },
    again,
    ...(random.chance(0.3)
      ? [
          { ...upgradeRequest(random, target), on: "third" },
          { ...again, on: "third" },
        ]
      : []),
    ...frameSteps(random, client, messagesOf(random, client, 4).slice(1), "back"),
  ];
}
