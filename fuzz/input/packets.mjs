// Socket.IO packets as a client writes them: a text, and the bytes that belong to it.
import { json, object, placeholder, string } from "./json.mjs";
import { EVENTS, NAMESPACES, NUMBERS } from "./values.mjs";

/** @typedef {import("../random.mjs").Random} Random */
/** @typedef {string | Buffer} Chunk */

/**
 * What a well-behaved client sends, in order; damage is done to it afterwards.
 * @param {Random} random
 * @param {{ revision: number, length: number }} form
 * @returns {Chunk[][]} packets
 */
export function conversation(random, { revision, length }) {
  const spaces = ["/"];
  /** @type {Chunk[][]} */
  const packets = revision === 3 ? [] : [[connect(random, "/", revision)]];
  for (let i = 0; i < length; i++) {
    const space = random.pick(spaces);
    const kind = random.weighted({ event: 20, binary: 5, join: 4, ack: 4, leave: 1, odd: 1 });
    if (kind === "event") {
      packets.push([event(random, space)]);
    } else if (kind === "binary") {
      packets.push(binary(random, space));
    } else if (kind === "join") {
      const next = random.pick(NAMESPACES);
      packets.push([connect(random, next, revision)]);
      if (/^\/(chat|fn-1|dyn-\d)$/.test(next) && !spaces.includes(next)) {
        spaces.push(next);
      }
    } else if (kind === "ack") {
      packets.push([`3${prefix(space)}${random.int(6)}[${json(random)}]`]);
    } else if (kind === "leave") {
      packets.push([`1${prefix(space)}`]);
    } else {
      packets.push([odd(random, space)]);
    }
  }
  return packets;
}

/** @param {string} space */
function prefix(space) {
  return space === "/" ? "" : `${space},`;
}

/** @param {Random} random @param {string} space @param {number} revision */
function connect(random, space, revision) {
  if (revision === 3) {
    return `0${space}${random.chance(0.5) ? "?token=1&x=%ff" : ""}${random.chance(0.8) ? "," : ""}`;
  }
  const auth = random.weighted({ none: 6, token: 3, object: 2, session: 1 });
  const payload = {
    none: () => "",
    token: () => '{"token":"x"}',
    object: () => object(random),
    session: () => `{"pid":${string(random)},"offset":${json(random, 0)}}`,
  }[auth]();
  return `0${prefix(space)}${payload}`;
}

/** @param {Random} random @param {string} space */
function event(random, space) {
  const id = random.chance(0.4) ? random.int(20) : "";
  const rest = Array.from({ length: random.int(4) }, () => `,${json(random)}`);
  return `2${prefix(space)}${id}["${random.pick(EVENTS)}"${rest.join("")}]`;
}

/** @param {Random} random @param {string} space @returns {Chunk[]} */
function binary(random, space) {
  const count = random.chance(0.9) ? random.between(1, 3) : random.pick([10, 11, 40]);
  const holders = Array.from({ length: count }, (_, i) =>
    random.chance(0.9) ? `{"_placeholder":true,"num":${i}}` : placeholder(random, count),
  );
  const inside = random.pick([
    `[${holders}]`,
    `{"a":${holders[0]},"__proto__":[${holders}]}`,
    `${holders}`,
  ]);
  const isAck = random.chance(0.15);
  const name = isAck ? "" : `"${random.pick(EVENTS)}",`;
  const id = isAck || random.chance(0.5) ? random.int(6) : "";
  const text = `${isAck ? 6 : 5}${count}-${prefix(space)}${id}[${name}${inside}]`;
  return [text, ...holders.map(() => random.bytes(random.pick([0, 1, 3, 20, 130])))];
}

/** Right in its parts, wrong as a whole. @param {Random} random @param {string} space */
function odd(random, space) {
  const number = random.pick(NUMBERS);
  return random.pick([
    `${random.int(10)}${prefix(space)}${json(random)}`,
    `2${prefix(space)}${number}["echo",1]`,
    `3${prefix(space)}${number}[]`,
    `5${number}-${prefix(space)}["echo",${placeholder(random)}]`,
    `51-${prefix(space)}["echo",{"_placeholder":true,"num":${number}}]`,
    `50-["echo"]`,
    `61-${random.int(5)}[${placeholder(random)}]`,
    `4${prefix(space)}${json(random)}`,
    `2${prefix(space)}[${json(random)},${json(random)}]`,
    `2["many",${"1,".repeat(random.pick([10, 5000, 10_001]))}1]`,
    `2${prefix(space)}`,
    `0${prefix(space)}${json(random)}`,
    `1${prefix(space)}{}`,
    "",
  ]);
}
