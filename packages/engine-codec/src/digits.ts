import type { PacketType } from "./packet.ts";

/** The types by their digit on the wire (Engine.IO protocol, "Packet types"; the same in all revisions), in that order. */
export const DIGITS: Readonly<Partial<Record<PacketType, string>>> = {
  open: "0",
  close: "1",
  ping: "2",
  pong: "3",
  message: "4",
  upgrade: "5",
  noop: "6",
};

export const TYPES = Object.keys(DIGITS) as PacketType[];
