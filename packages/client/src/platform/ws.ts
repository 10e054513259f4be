import type { RawData } from "@hawser/engine-codec/frames";
import { type ClientOptions, WebSocket } from "ws";
import { connectionOptions } from "./http.ts";
import type { OpenWebSocket } from "./platform.ts";

/** WebSocket by the package `ws`. */
export const openWs: OpenWebSocket = (url, options, handler) => {
  const { cookies, extraHeaders, protocols, protocolVersion, origin, maxPayload } = options;
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
    ...(maxPayload !== undefined && { maxPayload }),
    headers,
    perMessageDeflate: deflate,
    finishRequest(request) {
      if (options.autoUnref) {
        // Not only once it is open: a server may never answer.
        request.on("socket", (tcp) => tcp.unref());
      }
      request.end();
    },
  } as ClientOptions);

  socket.on("upgrade", (response) => {
    cookies?.store(response.headers["set-cookie"] ?? []);
  });
  socket.onopen = () => handler.opened();
  socket.onmessage = ({ data }) => handler.received(data as RawData);
  socket.onerror = (event) => handler.failed(event);
  socket.onclose = (event) => handler.closed(event);
  return {
    send(frame, compress) {
      const size = typeof frame === "string" ? Buffer.byteLength(frame) : frame.byteLength;
      // Failures to write end in the close event.
      socket.send(frame, { compress: compress !== false && size >= threshold }, () => {});
    },
    close: () => socket.close(),
  };
};
