import type { ClientPeer, ServerPeer } from "./contract.ts";
import type { JsClientModule, JsServerModule } from "./js-api.ts";
import { jsClientPeer } from "./js-client.ts";
import { jsServerPeer } from "./js-server.ts";

/** Socket.IO 4.8 itself. It lacks nothing: the suite states its behaviour. */
export const officialServer: ServerPeer = jsServerPeer({
  name: "official",
  lacks: {},
  load: async () => (await import("socket.io")) as unknown as JsServerModule,
});

export const officialClient: ClientPeer = jsClientPeer({
  name: "official",
  lacks: {},
  load: async () => (await import("socket.io-client")) as unknown as JsClientModule,
});
