import { EventEmitter } from "node:events";
import { plain, revive } from "../../packages/testkit/src/binary.ts";

/** Packets as plain JSON, binaries as base64 within it: as an application would write its own. */
export class Encoder {
  encode(packet: unknown): string[] {
    return [JSON.stringify(plain(packet))];
  }
}

export class Decoder extends EventEmitter {
  add(text: string): void {
    const packet: { type?: unknown; nsp?: unknown } = JSON.parse(text);
    if (typeof packet.type !== "number" || typeof packet.nsp !== "string") {
      throw new Error("not a packet");
    }
    this.emit("decoded", revive(packet));
  }

  destroy(): void {}
}
