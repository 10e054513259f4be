import { type Packet, PacketType } from "./packet.ts";

/** Names that only the library itself emits; a packet must not carry them. */
export const RESERVED_EVENTS: ReadonlySet<unknown> = new Set([
  "connect",
  "connect_error",
  "disconnect",
  "disconnecting",
  "newListener",
  "removeListener",
]);

export function isObject(value: unknown): value is Record<string, unknown> {
  return Object.prototype.toString.call(value) === "[object Object]";
}

/** How many items an event or acknowledgement may have; they become arguments, which live on the stack. */
const MAX_ITEMS = 10_000;

const isEvent = (data: unknown): boolean =>
  isList(data) &&
  (typeof data[0] === "number" || (typeof data[0] === "string" && !RESERVED_EVENTS.has(data[0])));

/** By type: whether it may carry that data (protocol 5, "Packet encoding"). */
export const RULES: readonly ((data: unknown) => boolean)[] = [
  isObject,
  (data) => data === undefined,
  isEvent,
  isList,
  (data) => typeof data === "string" || isObject(data),
  isEvent,
  isList,
];

function isList(data: unknown): data is unknown[] {
  return Array.isArray(data) && data.length <= MAX_ITEMS;
}

const PLAIN_TYPES: ReadonlySet<unknown> = new Set([0, 1, 2, 3, 4]);

/** Whether a decoded packet (types 0 to 4) is well formed; for parsers that build on this package. */
export function isPacketValid(packet: Packet): boolean {
  const { type, nsp, data, id } = packet;
  return (
    typeof nsp === "string" &&
    (id === undefined || Number.isInteger(id)) &&
    // Anything may come out of a parser.
    PLAIN_TYPES.has(type) &&
    (RULES[type]!(data) || (type === PacketType.CONNECT && data === undefined))
  );
}
