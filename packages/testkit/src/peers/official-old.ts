import type { ClientPeer, Lacks, ServerPeer } from "./contract.ts";
import { installedVersion } from "./installed.ts";
import type { JsClientModule, JsServerModule } from "./js-api.ts";
import { jsClientPeer } from "./js-client.ts";
import { jsServerPeer } from "./js-server.ts";
import { type Connect, currentClient } from "./old-client.ts";
import { currentServer, type OldServerClass } from "./old-server.ts";

/** What the protocol of Socket.IO 1 and 2 cannot say. */
const OLD_PROTOCOL: Lacks = {
  "protocol.auth": "before Socket.IO 3 credentials are texts in a query",
  "protocol.refusal": "before Socket.IO 3 a refusal is its message or its data, not both",
  "protocol.names": "before Socket.IO 3 `error` and `ping` are events of the library",
  "protocol.ids": "before Socket.IO 3 the id of a socket is that of its connection",
  "protocol.alone": "before Socket.IO 3 every client is in the main namespace",
};

const BEFORE_4_6: Lacks = {
  "client.current":
    "`active`, the order of what was buffered and the errors of WebSockets were others",
  "client.outgoing": "onAnyOutgoing() came with Socket.IO 4.5",
  "client.emitWithAck": "emitWithAck() and retries came with Socket.IO 4.6",
};

const NO_EMPTY_BINARY: Lacks = {
  "protocol.emptyBinary": "in Node, Socket.IO 1 and 2.0 fail at binaries without bytes",
};

const OLD_CLIENT: Lacks = {
  ...OLD_PROTOCOL,
  "client.api": "the API is that of Socket.IO 1 and 2",
  "client.views": "in Node, Socket.IO 1 and 2 take Buffers and ArrayBuffers for binaries only",
};

/** By the version that is in the names of the files of the matrix. */
export const oldClients = {
  "1.7": oldClient("1.7", "socket.io-client-1", {
    ...NO_EMPTY_BINARY,
    "client.unicode": "in Node, Socket.IO 1 encodes text twice before it is posted",
  }),
  "2.0": oldClient("2.0", "socket.io-client-2.0", NO_EMPTY_BINARY),
  "2.5": oldClient("2.5", "socket.io-client-2"),
  "3.1": client("3.1", "socket.io-client-3", BEFORE_4_6),
  "4.0": client("4.0", "socket.io-client-4.0", BEFORE_4_6),
  "4.4": client("4.4", "socket.io-client-4.4", BEFORE_4_6),
};

const SERVER_BEFORE_4_6: Lacks = {
  "server.current": "`connected` was true before the middlewares, `new_namespace` was to come",
  "server.timeout": "timeout() came with Socket.IO 4.4",
  "server.outgoing": "onAnyOutgoing() came with Socket.IO 4.5",
  "server.emitWithAck": "emitWithAck() came with Socket.IO 4.6",
  "server.cleanup": "cleanupEmptyChildNamespaces came with Socket.IO 4.6",
};

const OLD_SERVER: Lacks = {
  ...OLD_PROTOCOL,
  "server.api": "the API is that of Socket.IO 2",
  "server.views": "in Node, Socket.IO 1 and 2 take Buffers and ArrayBuffers for binaries only",
};

export const oldServers = {
  "2.0": oldServer("2.0", "socket.io-2.0"),
  "2.5": oldServer("2.5", "socket.io-2"),
  "3.1": server("3.1", "socket.io-3", {
    ...SERVER_BEFORE_4_6,
    "server.remote": "except(), fetchSockets() and their like came with Socket.IO 4.0",
  }),
  "4.0": server("4.0", "socket.io-4.0", SERVER_BEFORE_4_6),
};

function oldClient(version: string, module: string, lacks: Lacks = {}): ClientPeer {
  return jsClientPeer({
    name: `official ${version}`,
    release: () => `socket.io-client ${installedVersion(module)}`,
    lacks: { ...OLD_CLIENT, ...lacks },
    load: async () => currentClient(await exportsOf<Connect>(module), version === "1.7"),
  });
}

function client(version: string, module: string, lacks: Lacks): ClientPeer {
  return jsClientPeer({
    name: `official ${version}`,
    release: () => `socket.io-client ${installedVersion(module)}`,
    lacks,
    load: () => exportsOf<JsClientModule>(module),
  });
}

function oldServer(version: string, module: string): ServerPeer {
  return jsServerPeer({
    name: `official ${version}`,
    release: () => `socket.io ${installedVersion(module)}`,
    lacks: OLD_SERVER,
    load: async () => currentServer(await exportsOf<OldServerClass>(module), version === "2.0"),
  });
}

function server(version: string, module: string, lacks: Lacks): ServerPeer {
  return jsServerPeer({
    name: `official ${version}`,
    release: () => `socket.io ${installedVersion(module)}`,
    lacks,
    load: () => exportsOf<JsServerModule>(module),
  });
}

/** The packages up to 3.1 are CommonJS, of whose exports an import finds some by name. */
async function exportsOf<T>(module: string): Promise<T> {
  const found = await import(module);
  return "io" in found || "Server" in found ? found : found.default;
}
