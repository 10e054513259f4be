// A server in a process of its own: `node --expose-gc main.mjs <variant> [module]`. Says its port, and on
// request what it holds.
import { readdirSync } from "node:fs";
import { createServer } from "node:http";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { serve } from "./application.mjs";
import { describeDescriptors } from "./descriptors.mjs";
import { VARIANTS } from "./variants.mjs";

const [variant, name = "@hawser/server"] = process.argv.slice(2);
const module = await import(name);

/** @type {string[]} */
const faults = [];
/** @param {string} kind */
const note = (kind) => (error) => {
  faults.push(`${kind}: ${error?.stack ?? error}`);
};
process.on("uncaughtException", note("uncaught exception"));
process.on("unhandledRejection", note("unhandled rejection"));
process.on(
  "warning",
  (warning) => warning.name === "ExperimentalWarning" || note("warning")(warning),
);

/**
 * Those without an answer. A response that waits behind another one of its connection is not told when that
 * is closed, so the connections are looked at.
 * @type {Set<import("node:http").ServerResponse>}
 */
const responses = new Set();
function countOpenResponses() {
  for (const response of responses) {
    if (response.writableFinished || response.req.socket.destroyed) {
      responses.delete(response);
    }
  }
  return responses.size;
}

const httpServer = createServer(
  {
    ...{ headersTimeout: 3000, requestTimeout: 4000, connectionsCheckingInterval: 300 },
    keepAliveTimeout: 1000,
  },
  (_request, response) => response.writeHead(404).end(),
);
const { options, prepare } = VARIANTS[Number(variant)];
const io = new module.Server(httpServer, options);
httpServer.prependListener("request", (_request, response) => {
  responses.add(response.once("close", () => responses.delete(response)));
});
prepare?.(io, module);
serve(io);
// The handlers of the application throw nothing but what has a code; so what has none is the server's own.
io.onError?.((error) => error.code || note("failed in a handler")(error));

const lag = monitorEventLoopDelay({ resolution: 10 });
lag.enable();

function state() {
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  const spaces = [...io._nsps.values()];
  const sum = (size) => spaces.reduce((total, space) => total + size(space), 0);
  const timers = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const maxLag = lag.max / 1e6;
  lag.reset();
  return {
    holds: {
      sessions: io.engine.clientsCount,
      "entries of engine.clients": Object.keys(io.engine.clients).length,
      sockets: sum((space) => space.sockets.size),
      "sockets in rooms": sum((space) => space.adapter.sids.size),
      rooms: sum((space) => space.adapter.rooms.size),
      namespaces: spaces.length,
      "open responses": countOpenResponses(),
      descriptors: readdirSync("/proc/self/fd").length,
      timers,
    },
    names: spaces.map(({ name, sockets }) => `${name.slice(0, 50)} (${sockets.size})`),
    descriptors: describeDescriptors(),
    heap: heapUsed + external,
    ...{ maxLag, faults: faults.splice(0) },
  };
}

process.on("message", () => process.send(state()));
process.on("disconnect", () => process.exit(0));
httpServer.listen(0, "127.0.0.1", () => process.send({ port: httpServer.address().port }));
