import type { ClientPeer, ServerPeer } from "./contract.ts";
import { installedVersion } from "./installed.ts";
import type { JsClientModule, JsServerModule } from "./js-api.ts";
import { jsClientPeer } from "./js-client.ts";
import { jsServerPeer } from "./js-server.ts";

/** Socket.IO 4.8 itself. It lacks nothing: the suite states its behaviour. */
export const officialServer: ServerPeer = jsServerPeer({
  name: "official",
  release: () => `socket.io ${installedVersion("socket.io")}`,
  lacks: {},
  load: async () => (await import("socket.io")) as unknown as JsServerModule,
});

export const officialClient: ClientPeer = jsClientPeer({
  name: "official",
  release: () => `socket.io-client ${installedVersion("socket.io-client")}`,
  lacks: {},
  load: async () => (await import("socket.io-client")) as unknown as JsClientModule,
});

/** It refuses clients of Socket.IO 1 and 2 unless told to take them. */
export const allowingServer: ServerPeer = {
  ...officialServer,
  lacks: {
    "server.pingTimeout":
      "Socket.IO 4.8 no longer watches a client of revision 3 that has upgraded",
  },
  start: (options = {}) =>
    officialServer.start({ ...options, api: { allowEIO3: true, ...options.api } }),
};
