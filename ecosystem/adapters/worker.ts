// A worker of node:cluster with a server in it, told what to do by messages of the primary.
import { createAdapter } from "@socket.io/cluster-adapter";
import { setupWorker } from "@socket.io/sticky";
import { ServerNode } from "./server-node.ts";
import type { Ready, Reply, Request } from "./worker-messages.ts";

const { SERVER_NAME: name = "", STICKY: sticky, HEARTBEAT: heartbeat } = process.env;
const heartbeats = heartbeat && {
  heartbeatInterval: Number(heartbeat),
  heartbeatTimeout: 3 * Number(heartbeat),
};
const node = await ServerNode.start(
  name,
  { adapter: createAdapter({ ...heartbeats }) },
  { listen: sticky === undefined },
);
if (sticky !== undefined) setupWorker(node.io);

process.on("message", async (message: Request) => {
  if (message.to !== "server-node") return;
  const { id, method, args } = message;
  try {
    const run = node[method] as (...args: unknown[]) => Promise<unknown>;
    send({ from: "server-node", id, value: await run.apply(node, [...args]) });
  } catch (error) {
    send({ from: "server-node", id, error: String(error) });
  }
  // Now nothing keeps the process but what was not closed.
  if (method === "close") process.disconnect();
});
send({ from: "server-node", ready: true, port: node.port });

function send(message: Ready | Reply): void {
  process.send?.(message);
}
