// Encodes one large event again and again, by a library's parser and by JSON.stringify alone.
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { answerCalls } from "../calls.mjs";

const [target, folder = "node_modules/@hawser/server"] = process.argv.slice(2);
const packages = (path) => createRequire(join(import.meta.dirname, "..", path, "package.json"));
const BLOCK = 10;

/** Found the way the server finds it. */
function loadParser() {
  if (target === "socket.io") {
    return packages("node_modules/socket.io")("socket.io-parser");
  }
  const server = createRequire(join(resolve(import.meta.dirname, "..", folder), "package.json"));
  return server("@hawser/socket-codec");
}

/** About 70 kB of JSON: a list as an application sends it. */
const rows = Array.from({ length: 500 }, (_, i) => ({
  id: 10_000 + i,
  name: `item number ${i}`,
  price: (i * 37) / 100,
  tags: ["new", "sale", null],
  stock: { here: i % 7, there: i % 11, open: i % 2 === 0 },
  changed: "2026-01-15T12:00:00Z",
}));
const event = ["rows", rows];

const { Encoder, PacketType } = loadParser();
const encoder = new Encoder();
const CANDIDATES = {
  stringify: () => JSON.stringify(event),
  encode: () => encoder.encode({ type: PacketType.EVENT, nsp: "/", data: event })[0],
};

/** Microseconds of CPU time for each call. They take turns, so that both have the same machine. */
function measure(blocks) {
  const spent = { stringify: 0, encode: 0 };
  for (let block = 0; block < blocks; block++) {
    for (const [name, work] of Object.entries(CANDIDATES)) {
      const { user, system } = process.cpuUsage();
      for (let i = 0; i < BLOCK; i++) {
        work();
      }
      const after = process.cpuUsage();
      spent[name] += after.user + after.system - user - system;
    }
  }
  const each = (name) => spent[name] / blocks / BLOCK;
  return { cpu: each("encode"), stringify: each("stringify") };
}

answerCalls({
  measure({ warm, blocks }) {
    if (CANDIDATES.encode() !== `2${CANDIDATES.stringify()}`) {
      throw new Error("the encoded packet is not the event");
    }
    measure(warm);
    global.gc();
    return { ...measure(blocks), bytes: CANDIDATES.stringify().length };
  },
});
