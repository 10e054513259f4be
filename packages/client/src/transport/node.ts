import type { Packet, RawData } from "@hawser/engine-codec/frames";
import { fetchBy } from "../platform/fetch.ts";
import { sendHttp } from "../platform/http.ts";
import { readLimited } from "../platform/limited-body.ts";
import type { OpenWebSocket } from "../platform/platform.ts";
import { openWs, type WsPipe } from "../platform/ws.ts";
import { Fetch as BrowserFetch } from "./browser.ts";
import { Polling } from "./polling.ts";
import { TextWebSocketTransport } from "./text-websocket.ts";

/** Long-polling by Node's http and https. */
export class NodeXHR extends Polling {
  protected override readonly request = sendHttp;
  protected override readonly failures = ["xhr poll error", "xhr post error"] as const;
}

/** Long-polling by Node's fetch. */
export class NodeFetch extends BrowserFetch {
  // As `http` does: headers of one's own are not for whoever the server names.
  protected override readonly request = fetchBy({ redirect: "manual" }, readLimited);
}

/** WebSocket by the package `ws`. */
export class NodeWebSocket extends TextWebSocketTransport {
  #ws: WsPipe | undefined;

  protected override readonly connect: OpenWebSocket = (url, options, handler) => {
    this.#ws = openWs(url, options, handler);
    return this.#ws;
  };

  protected override write(packets: readonly Packet[], encode: (packet: Packet) => RawData): void {
    if (packets.length > 1) {
      this.#ws?.together(() => super.write(packets, encode));
    } else {
      super.write(packets, encode);
    }
  }
}
