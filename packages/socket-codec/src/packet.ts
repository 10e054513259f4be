/** The types of Socket.IO packets, by their digit on the wire (protocol 5, "Packet encoding"). */
export const PacketType = {
  CONNECT: 0,
  DISCONNECT: 1,
  EVENT: 2,
  ACK: 3,
  CONNECT_ERROR: 4,
  BINARY_EVENT: 5,
  BINARY_ACK: 6,
} as const;

/** How far the binary form of EVENT and of ACK is from the plain one. */
export const BINARY_OFFSET = 3;

export type PacketType = (typeof PacketType)[keyof typeof PacketType];

/** One Socket.IO packet, as encoders take it and decoders give it. */
export interface Packet {
  type: PacketType;
  /** The namespace, with its leading slash. */
  nsp: string;
  /** EVENT: `[name, ...args]`; ACK: `[...args]`; CONNECT: the auth payload; CONNECT_ERROR: the error. */
  data?: unknown;
  /** Asks for an acknowledgement (EVENT), or names the event acknowledged (ACK). */
  id?: number | undefined;
  /** How many binary chunks follow the text; only on packets still being put together. */
  attachments?: number | undefined;
}

/** One piece of an encoded packet: the text, or one attachment. */
export type Chunk = string | ArrayBuffer | ArrayBufferView;

/** What cannot be read as a Socket.IO packet. */
export class DecodeError extends Error {
  readonly code = "INVALID_PACKET";
}
