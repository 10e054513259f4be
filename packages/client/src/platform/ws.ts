import type { Duplex } from "node:stream";
import type { RawData } from "@hawser/engine-codec/frames";
import { type ClientOptions, WebSocket } from "ws";
import { connectionOptions } from "./http.ts";
import {
  MAX_PAYLOAD,
  type SessionOptions,
  type WebSocketHandler,
  type WebSocketPipe,
} from "./platform.ts";

export interface WsPipe extends WebSocketPipe {
  /** What `send` sends leaves in one write. */
  together(send: () => void): void;
}

const PONG = "3";

/** Bytes; a server that has so much to read still will find the pongs among them. */
const MAX_BEFORE_PONG = 1024 * 1024;

/** How long a server has to answer the close. */
const CLOSE_TIMEOUT_MS = 3000;

/** Messages that may be on their way when it closes. */
const MAX_LATE = 1000;

/** Failures to write end in the close event. */
const ignore = (): void => {};

/** WebSocket by the package `ws`. */
export function openWs(url: string, options: SessionOptions, handler: WebSocketHandler): WsPipe {
  const { cookies, extraHeaders, protocols, protocolVersion, origin } = options;
  const deflate =
    options.perMessageDeflate === true ? {} : (options.perMessageDeflate ?? { threshold: 1024 });
  const threshold = deflate ? (deflate.threshold ?? 0) : Number.POSITIVE_INFINITY;

  const headers: Record<string, string | string[]> = { ...extraHeaders };
  const cookie = cookies?.header();
  if (cookie) {
    const name = Object.keys(headers).find((key) => key.toLowerCase() === "cookie") ?? "cookie";
    headers[name] = headers[name] ? `${headers[name]}; ${cookie}` : cookie;
  }
  const socket = new WebSocket(url, protocols, {
    ...connectionOptions(options),
    ...(protocolVersion !== undefined && { protocolVersion }),
    ...(origin !== undefined && { origin }),
    maxPayload: options.maxPayload ?? MAX_PAYLOAD,
    headers,
    perMessageDeflate: deflate,
    closeTimeout: CLOSE_TIMEOUT_MS,
    finishRequest(request) {
      if (options.autoUnref) {
        // Not only once it is open: a server may never answer.
        request.on("socket", (tcp) => tcp.unref());
      }
      request.end();
    },
  } as ClientOptions);

  let tcp: Duplex | undefined;
  socket.on("upgrade", (response) => {
    tcp = response.socket;
    cookies?.store(response.headers["set-cookie"] ?? []);
  });
  socket.onopen = () => handler.opened();
  socket.onmessage = ({ data }) => handler.received(data as RawData);
  socket.onerror = (event) => handler.failed(event);
  socket.onclose = (event) => handler.closed(event);
  return {
    send(frame, compress) {
      // Who asks without reading would fill the memory with answers, one of which is as good as many.
      if (frame === PONG && socket.bufferedAmount > MAX_BEFORE_PONG) {
        return;
      }
      const binary = typeof frame !== "string";
      // Text as bytes, since `ws` puts those behind their header: one piece to write instead of two.
      const bytes = binary ? frame : Buffer.from(frame);
      const compressed = compress !== false && bytes.byteLength >= threshold;
      socket.send(bytes, { binary, compress: compressed }, ignore);
    },
    together(send) {
      tcp?.cork();
      try {
        send();
      } finally {
        tcp?.uncork();
      }
    },
    close() {
      let late = 0;
      // Who goes on without end never comes to the answer that the close waits for.
      socket.onmessage = () => ++late > MAX_LATE && socket.terminate();
      socket.close();
    },
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
  };
}
