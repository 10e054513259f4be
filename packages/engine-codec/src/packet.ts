/** Anything binary a packet may carry. */
export type Binary = ArrayBuffer | ArrayBufferView;

/** What a packet carries: text or bytes. */
export type RawData = string | Binary;

export type PacketType =
  | "open"
  | "close"
  | "ping"
  | "pong"
  | "message"
  | "upgrade"
  | "noop"
  | "error";

export interface PacketOptions {
  /** `false` keeps this packet out of HTTP compression and permessage-deflate. Default: true. */
  compress?: boolean | undefined;
}

/** One Engine.IO packet. `error` never travels: a decoder answers it for input that it cannot read. */
export interface Packet {
  type: PacketType;
  data?: RawData | undefined;
  options?: PacketOptions | undefined;
}

/** What is sent for anything that an application hands over: bytes as they are, all else as text. */
export function asRawData(value: unknown): RawData {
  const isRaw =
    typeof value === "string" ||
    value instanceof ArrayBuffer ||
    ArrayBuffer.isView(value) ||
    (typeof Blob === "function" && value instanceof Blob);
  return isRaw ? (value as RawData) : value ? String(value) : "";
}

/** The answer of a decoder to what it cannot read. A fresh object, since packets reach user listeners. */
export function errorPacket(): Packet {
  return { type: "error", data: "parser error" };
}
