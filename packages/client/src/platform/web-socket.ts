import type { RawData } from "@hawser/engine-codec";
import type { OpenWebSocket } from "./platform.ts";

interface ReactNativeWebSocket {
  new (url: string, protocols: string | string[] | undefined, options: object): WebSocket;
}

/** The runtime's own WebSocket. */
export const openWebSocket: OpenWebSocket = (
  url,
  { protocols, extraHeaders },
  _cookies,
  handler,
) => {
  // Only React Native can send headers with it.
  const isReactNative =
    typeof navigator === "object" && (navigator as { product?: string }).product === "ReactNative";
  const socket = isReactNative
    ? new (WebSocket as unknown as ReactNativeWebSocket)(url, protocols, { headers: extraHeaders })
    : new WebSocket(url, protocols ?? []);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => handler.opened();
  socket.onmessage = ({ data }) => handler.received(data);
  socket.onerror = (event) => handler.failed(event);
  socket.onclose = (event) => handler.closed(event);
  return {
    send: (frame) => socket.send(frame as RawData & ArrayBuffer),
    close: () => socket.close(),
  };
};
