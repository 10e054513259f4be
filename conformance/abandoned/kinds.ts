import type { Peer } from "./peer.ts";

/** Ways of taking a connection and giving nothing: what they leave open, the server has to end. */
export const KINDS: Readonly<Record<string, (peer: Peer) => unknown>> = {
  "says nothing": () => {},

  "headers that do not end"(peer) {
    peer.write("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: a\r\n");
    peer.trickle("X-More: headers\r\n");
  },

  async "a body that does not end"(peer) {
    peer.post(await peer.openPolling(), "42[", 1000);
    peer.trickle("a");
  },

  "a body that does not end, for no session"(peer) {
    peer.post("unknown", "42[", 1000);
    peer.trickle("a");
  },

  "a polling session that does not poll": (peer) => peer.openPolling(),

  async "a polling session that joins, polls, and answers no ping"(peer) {
    const sid = await peer.openPolling();
    peer.post(sid, "40");
    await peer.until("ok");
    peer.write(`GET /socket.io/?EIO=4&transport=polling&sid=${sid} HTTP/1.1\r\nHost: a\r\n\r\n`);
    await peer.until('40{"sid"');
  },

  "a WebSocket that says nothing": (peer) => peer.upgrade(),

  async "a WebSocket that joins no namespace"(peer) {
    await peer.upgrade();
    peer.stayAlive();
  },

  async "an upgrade without probe"(peer) {
    const webSocket = await peer.another();
    await webSocket.upgrade(await peer.openPolling());
  },

  async "a probe without upgrade"(peer) {
    const webSocket = await peer.another();
    await webSocket.upgrade(await peer.openPolling());
    webSocket.send("2probe");
    await webSocket.until("3probe");
  },

  async "a WebSocket message that does not end"(peer) {
    await peer.join();
    peer.send("42[", false);
  },

  async "attachments that do not come"(peer) {
    await peer.join();
    peer.stayAlive();
    peer.send('451-["echo",{"_placeholder":true,"num":0}]');
  },
};
