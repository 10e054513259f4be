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
    if (!(conn instanceof Session)) {
      return false;
    }
    this.#packets ??= this.#share(chunks);
    for (const packet of this.#packets) {
      conn.sendShared(packet);
    }
    return this.#packets.length > 0;
  }

  /** None where there is a Blob, which each session reads for itself. */
  #share(chunks: readonly Chunk[]): readonly SharedPacket[] {
    return chunks.some((chunk) => chunk instanceof Blob)
      ? []
      : chunks.map((chunk) => new SharedPacket(chunk, this.compress !== false));
  }
}
