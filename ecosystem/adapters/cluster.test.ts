import cluster from "node:cluster";
import { setupPrimary } from "@socket.io/cluster-adapter";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeFleet } from "./behaviour.ts";
import { eventually } from "./waiting.ts";
import { buildWorker } from "./worker-file.ts";
import { WorkerNode } from "./worker-node.ts";

beforeAll(async () => {
  cluster.setupPrimary({
    exec: await buildWorker("cluster-worker"),
    execArgv: [],
    // Binaries do not survive JSON.
    serialization: "advanced",
  });
  setupPrimary();
});

afterAll(() => {
  for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill("SIGKILL");
});

it("a worker that is killed is soon waited for no longer", async () => {
  const nodes = await Promise.all(
    ["n0", "n1", "n2"].map((name) => WorkerNode.start(name, { HEARTBEAT: "100" })),
  );
  const survivors = nodes.slice(0, 2);
  const counts = () => Promise.all(survivors.map((node) => node.serverCount()));
  await eventually(counts, [3, 3]);
  nodes[2]!.kill();
  await eventually(counts, [2, 2]);
  expect(await survivors[0]!.serverSideEmitWithAck("question", 1)).toEqual({
    responses: [{ node: "n1", question: 1 }],
  });
  await Promise.all(survivors.map((node) => node.close()));
});

describeFleet({
  name: "cluster-adapter, in worker processes",
  start: async () => ({
    nodes: await Promise.all(["n0", "n1", "n2"].map((name) => WorkerNode.start(name, {}))),
    disconnect: async () => {},
  }),
});
