import { sendHttp } from "../platform/http.ts";
import { openWs } from "../platform/ws.ts";
import { Polling } from "./polling.ts";
import { TextWebSocketTransport } from "./text-websocket.ts";

/** Long-polling by Node's http and https. */
export class NodeXHR extends Polling {
  protected override readonly request = sendHttp;
  protected override readonly failures = ["xhr poll error", "xhr post error"] as const;
}

/** WebSocket by the package `ws`. */
export class NodeWebSocket extends TextWebSocketTransport {
  protected override readonly connect = openWs;
}
