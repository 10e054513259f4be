import type { Packet } from "@hawser/engine-codec/frames";
import { withBlobsRead } from "./blobs.ts";
import { WebSocketTransport } from "./websocket.ts";

/** The same, and `forceBase64` keeps it to text. */
export abstract class TextWebSocketTransport extends WebSocketTransport {
  override open(): void {
    if (this.opts.forceBase64) {
      this.query.b64 = "1";
    }
    super.open();
  }

  override buffered(): number {
    return this.pipe?.bufferedAmount ?? 0;
  }

  override send(packets: readonly Packet[]): void {
    const { forceBase64, codec } = this.opts;
    if (!forceBase64) {
      super.send(packets);
      return;
    }
    this.writable = false;
    withBlobsRead(
      packets,
      (ready) => this.write(ready, codec.encodeText!),
      (error) => this.failed(error),
    );
  }
}
