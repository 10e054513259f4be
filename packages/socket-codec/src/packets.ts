/**
 * Socket.IO packets, protocol 5: text with placeholders, and the attachments that belong to them.
 * Pure, no dependencies, nothing of Node.
 */
export { Assembler } from "./assembler.ts";
export { hasBinary, isBinary } from "./binary.ts";
export { scopesOf } from "./debug-scopes.ts";
export { Decoder } from "./decoder.ts";
export { Emitter } from "./emitter.ts";
export { Encoder, type Replacer } from "./encoder.ts";
export type {
  AllButLast,
  Contract,
  DecorateAcknowledgements,
  DefaultEventsMap,
  EndsInAck,
  EventNames,
  EventNamesWithAck,
  EventParams,
  EventsMap,
  EventsOf,
  FirstNonErrorArg,
  FirstNonErrorTuple,
  IsAny,
  IsError,
  Last,
  NoAcknowledgement,
  ReservedOrUserEventNames,
  ReservedOrUserListener,
} from "./event-map.ts";
export { nestsTooDeep } from "./nesting.ts";
export { type Chunk, DecodeError, type Packet, PacketType } from "./packet.ts";
export type { DecoderOptions, Reviver } from "./text.ts";
export { isObject, isPacketValid, RESERVED_EVENTS } from "./validate.ts";

/** The revision of the Socket.IO protocol that these functions speak. */
export const protocol = 5;
