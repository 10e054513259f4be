import type { Duplex } from "node:stream";
import { bytesOf, type Packet, type RawData } from "@hawser/engine-codec/frames";
import type { TransportCodec } from "./codec.ts";
import { frameOf, roomFor, textFrameOf, writeFrame, writeHead } from "./frame.ts";
import { SharedPacket } from "./shared-packet.ts";

/** From this size on, copying a payload next to the others costs more than it saves. */
const LARGE_BYTES = 8 * 1024;

/** Where small frames are put together, for all sockets: it is empty between two writes. */
const page = Buffer.allocUnsafeSlow(64 * 1024);
let filled = 0;

/**
 * Writes packets to the connection of a WebSocket without extensions. What is small leaves as one
 * piece, where `ws` would make two of every message.
 */
export function writeFrames(
  socket: Duplex,
  packets: readonly Packet[],
  codec: TransportCodec,
): void {
  const [first] = packets;
  if (first instanceof SharedPacket) {
    const joined = first.join(packets, codec);
    if (joined) {
      socket.write(joined);
      return;
    }
  } else if (first && packets.length === 1) {
    const payload = codec.encodeFrame(first);
    const text = typeof payload === "string" ? textFrameOf(payload) : undefined;
    if (text !== undefined) {
      socket.write(text, "latin1");
      return;
    }
    if (typeof payload === "string" || payload.byteLength < LARGE_BYTES) {
      socket.write(frameOf(payload));
      return;
    }
  }
  writeCorked(socket, packets, codec);
}

function writeCorked(socket: Duplex, packets: readonly Packet[], codec: TransportCodec): void {
  socket.cork();
  try {
    for (const packet of packets) {
      if (packet instanceof SharedPacket) {
        addFrame(socket, packet.frame(codec));
      } else {
        addPayload(socket, codec.encodeFrame(packet));
      }
    }
    emptyPage(socket);
  } finally {
    filled = 0;
    socket.uncork();
  }
}

function addFrame(socket: Duplex, frame: Buffer): void {
  if (frame.length < LARGE_BYTES) {
    makeRoom(socket, frame.length);
    filled += frame.copy(page, filled);
  } else {
    emptyPage(socket);
    socket.write(frame);
  }
}

function addPayload(socket: Duplex, payload: RawData): void {
  const room = roomFor(payload);
  if (room < LARGE_BYTES) {
    makeRoom(socket, room);
    filled = writeFrame(page, filled, payload);
  } else if (typeof payload === "string") {
    emptyPage(socket);
    socket.write(frameOf(payload));
  } else {
    makeRoom(socket, room - payload.byteLength);
    filled = writeHead(page, filled, payload, payload.byteLength);
    emptyPage(socket);
    socket.write(bytesOf(payload));
  }
}

function makeRoom(socket: Duplex, bytes: number): void {
  if (filled + bytes > page.length) {
    emptyPage(socket);
  }
}

function emptyPage(socket: Duplex): void {
  if (filled > 0) {
    const chunk = Buffer.allocUnsafe(filled);
    page.copy(chunk, 0, 0, filled);
    filled = 0;
    socket.write(chunk);
  }
}
