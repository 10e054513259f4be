import { fetchBy } from "../platform/fetch.ts";
import type { SendRequest } from "../platform/platform.ts";
import { openWebSocket } from "../platform/web-socket.ts";
import { sendXhr } from "../platform/xhr.ts";
import { Polling } from "./polling.ts";
import { TextWebSocketTransport } from "./text-websocket.ts";
import { WebSocketTransport } from "./websocket.ts";

/** Long-polling by XMLHttpRequest. */
export class XHR extends Polling {
  protected override readonly request = sendXhr;
  protected override readonly failures = ["xhr poll error", "xhr post error"] as const;
}

/** Long-polling by fetch. */
export class Fetch extends Polling {
  protected override readonly request: SendRequest = fetchBy();
  protected override readonly failures = ["fetch read error", "fetch write error"] as const;
}

/** The runtime's own WebSocket; in Node too, where it has one. */
export class WebSocket extends TextWebSocketTransport {
  protected override readonly connect = openWebSocket;
}

/** The same without base64, which WebSockets do not need. */
export class BinaryWebSocket extends WebSocketTransport {
  protected override readonly connect = openWebSocket;
}
