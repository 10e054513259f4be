import type { ClientPeer, ServerPeer } from "./contract.ts";
import type { JsClientModule, JsServerModule } from "./js-api.ts";
import { jsClientPeer } from "./js-client.ts";
import { jsServerPeer } from "./js-server.ts";

export const hawserServer: ServerPeer = jsServerPeer({
  name: "hawser",
  lacks: {},
  load: async () => (await import("@hawser/server")) as unknown as JsServerModule,
});

export const hawserClient: ClientPeer = jsClientPeer({
  name: "hawser",
  lacks: {},
  load: async () => (await import("@hawser/client")) as unknown as JsClientModule,
});
