import type { ClientPeer, ServerPeer } from "./contract.ts";
import { installedVersion } from "./installed.ts";
import type { JsClientModule, JsServerModule } from "./js-api.ts";
import { jsClientPeer } from "./js-client.ts";
import { jsServerPeer } from "./js-server.ts";

/** What the client does instead is in its own tests. */
export const REFUSES_OVERSIZED = { "client.oversized": "it throws PAYLOAD_TOO_LARGE instead" };

export const hawserServer: ServerPeer = jsServerPeer({
  name: "hawser",
  release: () => `@hawser/server ${installedVersion("@hawser/server")}`,
  lacks: {},
  load: async () => (await import("@hawser/server")) as unknown as JsServerModule,
});

export const hawserClient: ClientPeer = jsClientPeer({
  name: "hawser",
  release: () => `@hawser/client ${installedVersion("@hawser/client")}`,
  lacks: REFUSES_OVERSIZED,
  load: async () => (await import("@hawser/client")) as unknown as JsClientModule,
});

/**
 * As an application would connect it to a server of Socket.IO 2, which reads the credentials for the
 * main namespace from the query of the connection.
 */
export const hawserClientOfOldServers: ClientPeer = jsClientPeer({
  name: "hawser",
  release: hawserClient.release,
  lacks: {},
  async load() {
    const { io } = (await import("@hawser/client")) as unknown as JsClientModule;
    return {
      io: (url, options) =>
        io(url, new URL(url).pathname === "/" ? { query: options?.auth, ...options } : options),
    };
  },
});
