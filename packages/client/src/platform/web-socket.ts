import type { OpenWebSocket, WebSocketPipe } from "./platform.ts";

interface WebSocketWithHeaders {
  new (url: string, protocols: string | string[] | undefined, options: object): WebSocket;
}

/** The runtime's own WebSocket. Only React Native can send headers with it; others ignore them. */
export const openWebSocket: OpenWebSocket = (url, { protocols, extraHeaders }, handler) => {
  const socket = new (WebSocket as unknown as WebSocketWithHeaders)(url, protocols, {
    headers: extraHeaders,
  });
  socket.binaryType = "arraybuffer";
  socket.onopen = () => handler.opened();
  socket.onmessage = ({ data }) => handler.received(data);
  socket.onerror = (event) => handler.failed(event);
  socket.onclose = (event) => handler.closed(event);
  return socket as WebSocketPipe;
};
