// What the same message is in Socket.IO's protocol, and in that of the bare servers.
import { BINARY, FIRST_NUMBER, TEXT } from "./frames.mjs";

const NUMBER = String(FIRST_NUMBER);
const json = (value) => JSON.stringify(value);

/**
 * A message, and what is to be known of it: `parts` to send it, `length` and `numberAt` to recognize it.
 *
 * @typedef {{ parts: import("./frames.mjs").Part[], length: number, numberAt: number, opcode: number, before?: number }} Message
 */

/** @param {string} payload @param {string} beforeNumber what stands before the number @returns {Message} */
function text(payload, beforeNumber) {
  const numberAt = Buffer.byteLength(beforeNumber);
  const length = Buffer.byteLength(payload);
  return { parts: [{ opcode: TEXT, payload, numberAt }], length, numberAt, opcode: TEXT };
}

/** A text message that says which event it is, then the bytes. @returns {Message} */
function withBytes(header, size) {
  const payload = Buffer.alloc(size, "hawser bench ");
  payload.write(NUMBER);
  const parts = [
    { opcode: TEXT, payload: header },
    { opcode: BINARY, payload, numberAt: 0 },
  ];
  return { parts, length: size, numberAt: 0, opcode: BINARY, before: header.length };
}

/** Engine.IO 4, Socket.IO 5. */
const socketIo = {
  path: "/socket.io/?EIO=4&transport=websocket",
  connect: "40",
  isOpen: (message) => message.startsWith('0{"sid"'),
  isConnected: (message) => message.startsWith('40{"sid"'),
  ping: "2",
  pong: "3",
  event: (name, filler) => text(`42["${name}",${NUMBER},${json(filler)}]`, `42["${name}",`),
  ask: (filler) => text(`42${NUMBER}["ask",${json(filler)}]`, "42"),
  reply: (filler) => text(`43${NUMBER}[${json(filler)}]`, "43"),
  bytes: (name, size) => withBytes(`451-["${name}",{"_placeholder":true,"num":0}]`, size),
  plain: (name) => `42["${name}"]`,
};

/** JSON arrays; the number of a question comes first. */
const bare = {
  path: "/",
  connect: '["connect"]',
  isOpen: (message) => message.startsWith('["open",'),
  isConnected: (message) => message.startsWith('["connected",'),
  ping: undefined,
  pong: undefined,
  event: (name, filler) => text(`["${name}",${NUMBER},${json(filler)}]`, `["${name}",`),
  ask: (filler) => text(`[${NUMBER},"ask",${json(filler)}]`, "["),
  reply: (filler) => text(`[${NUMBER},${json(filler)}]`, "["),
  bytes: (name, size) => withBytes(`["${name}",{"attached":1}]`, size),
  plain: (name) => `["${name}"]`,
};

export const DIALECTS = { "socket.io": socketIo, bare };
