import { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { UwsHttpRequest, UwsHttpResponse } from "./app.ts";

/** A request of µWebSockets.js as Node has it, so that middlewares and transports need not care. */
export class UwsRequest extends IncomingMessage {
  constructor(req: UwsHttpRequest, res: UwsHttpResponse) {
    const remoteAddress = Buffer.from(res.getRemoteAddressAsText()).toString();
    // Of the connection there is only its address; nothing can be read from it or written to it.
    super({ remoteAddress, destroyed: true } as Socket);
    this.method = req.getMethod().toUpperCase();
    const query = req.getQuery();
    this.url = req.getUrl() + (query ? `?${query}` : "");
    this.httpVersionMajor = 1;
    this.httpVersionMinor = 1;
    this.httpVersion = "1.1";
    this.headers = {};
    req.forEach((name, value) => {
      const known = this.headers[name];
      this.headers[name] = typeof known === "string" ? `${known}, ${value}` : value;
      this.rawHeaders.push(name, value);
    });
  }

  /** Takes the body, of which there is as much as the client has announced. */
  receive(res: UwsHttpResponse): void {
    res.onData((chunk, isLast) => {
      if (chunk.byteLength > 0) {
        // The memory is taken back when this returns.
        this.push(Buffer.concat([new Uint8Array(chunk)]));
      }
      if (isLast) {
        this.complete = true;
        this.push(null);
      }
    });
  }
}
