import type { Chunk } from "@hawser/socket-codec/packets";
import { Session } from "../session/session.ts";
import { SharedPacket } from "../transport/shared-packet.ts";
import type { EngineSocket } from "./link.ts";
import type { EncodedWriteOptions, WriteOptions } from "./member.ts";

/** How a broadcast is written to each of its receivers. What all of them send is made once, by the first. */
export class SharedWrite implements EncodedWriteOptions {
  readonly preEncoded = true;
  readonly volatile: boolean | undefined;
  readonly compress: boolean | undefined;
  #packets: readonly SharedPacket[] | undefined;

  constructor({ volatile, compress }: WriteOptions = {}) {
    this.volatile = volatile;
    this.compress = compress;
  }

  /**
   * @param chunks the same for all receivers
   * @returns false where they have to be sent one by one, and nothing was sent
   */
  writeTo(conn: EngineSocket, chunks: readonly Chunk[]): boolean {
    // A Blob is read by each session for itself.
    if (!(conn instanceof Session) || chunks.some((chunk) => chunk instanceof Blob)) {
      return false;
    }
    this.#packets ??= chunks.map((chunk) => new SharedPacket(chunk, this.compress !== false));
    for (const packet of this.#packets) {
      conn.sendShared(packet);
    }
    return true;
  }
}
