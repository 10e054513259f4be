import { encodeBase64 } from "./base64.ts";
import { bytesOf } from "./bytes.ts";
import { decodeFrame, encodeFrame } from "./frame.ts";
import type { Packet as Frame, PacketType } from "./packet.ts";
import { decodePayload as decodeFrames, SEPARATOR } from "./payload.ts";

export type { PacketType };

/** Text, or bytes in any form; in browsers Blobs too. */
export type RawData = any;

/** In what form received bytes are handed out: in Node Buffer or ArrayBuffer, in browsers ArrayBuffer or Blob. */
export type BinaryType = "nodebuffer" | "arraybuffer" | "blob";

/** One Engine.IO packet. */
export interface Packet {
  /** `error` never travels: it is what decoders answer for what they cannot read. */
  type: PacketType;
  options?: { compress: boolean };
  data?: RawData;
}

interface NodeBuffer {
  from(data: ArrayBufferLike, offset: number, length: number): Uint8Array;
  isBuffer(value: unknown): boolean;
}

const nodeBuffer = (globalThis as { Buffer?: NodeBuffer }).Buffer;

/**
 * One packet as a WebSocket message: text, or the bytes themselves.
 * @param supportsBinary `false` puts bytes in base64
 * @param callback called once: at once, or later if a Blob has to be read first
 */
export function encodePacket(
  { type, data }: Packet,
  supportsBinary: boolean,
  callback: (encodedPacket: RawData) => void,
): void {
  if (isBlob(data)) {
    if (supportsBinary) {
      callback(data);
    } else {
      data.arrayBuffer().then((bytes) => callback(`b${encodeBase64(bytes)}`));
    }
  } else if (data instanceof ArrayBuffer || ArrayBuffer.isView(data)) {
    callback(supportsBinary ? data : `b${encodeBase64(data)}`);
  } else {
    callback(encodeFrame({ type, data: data ? String(data) : undefined }));
  }
}

/**
 * One polling body for all packets, bytes in base64.
 * @param callback as that of {@link encodePacket}
 */
export function encodePayload(packets: Packet[], callback: (encodedPayload: string) => void): void {
  const frames: string[] = [];
  let missing = packets.length;
  packets.forEach((packet, i) => {
    encodePacket(packet, false, (frame: string) => {
      frames[i] = frame;
      if (--missing === 0) {
        callback(frames.join(SEPARATOR));
      }
    });
  });
}

/** Reads one WebSocket message. What cannot be read is answered as a packet of type `error`. */
export function decodePacket(encodedPacket: RawData, binaryType?: BinaryType): Packet {
  if (isBlob(encodedPacket)) {
    return { type: "message", data: encodedPacket };
  }
  return inForm(decodeFrame(encodedPacket), binaryType);
}

/** Reads a polling body. Stops at the first packet that cannot be read, which is then the last one. */
export function decodePayload(encodedPayload: string, binaryType?: BinaryType): Packet[] {
  return decodeFrames(encodedPayload).map((packet) => inForm(packet, binaryType));
}

/** The packet with its bytes in the form that the runtime has for `binaryType`. */
export function inForm({ type, data }: Frame, binaryType: BinaryType | undefined): Packet {
  if (data === undefined) {
    return { type };
  }
  if (typeof data === "string") {
    return { type, data };
  }
  if (nodeBuffer && binaryType !== "arraybuffer") {
    const { buffer, byteOffset, byteLength } = bytesOf(data);
    const isBuffer = nodeBuffer.isBuffer(data);
    return { type, data: isBuffer ? data : nodeBuffer.from(buffer, byteOffset, byteLength) };
  }
  if (!nodeBuffer && binaryType === "blob") {
    return { type, data: new Blob([data as Uint8Array<ArrayBuffer>]) };
  }
  return { type, data: exactBuffer(data) };
}

/** An ArrayBuffer of these bytes and no others. */
function exactBuffer(data: ArrayBuffer | ArrayBufferView): ArrayBufferLike {
  if (data instanceof ArrayBuffer) {
    return data;
  }
  const { buffer, byteOffset, byteLength } = data;
  return byteLength === buffer.byteLength
    ? buffer
    : buffer.slice(byteOffset, byteOffset + byteLength);
}

// Not every runtime has Blob.
export function isBlob(value: unknown): value is Blob {
  return typeof Blob === "function" && value instanceof Blob;
}
