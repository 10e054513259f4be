import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asking } from "./asking.ts";
import { broadcasting } from "./broadcasting.ts";
import type { FleetKind } from "./fleet.ts";
import { selecting } from "./selecting.ts";
import { serverEvents } from "./server-events.ts";
import { eventually } from "./waiting.ts";
import { World } from "./world.ts";

/** What every adapter does, stated once. The order matters at the end: the servers leave. */
export function describeFleet(kind: FleetKind): void {
  describe(kind.name, () => {
    let world: World;
    let before: Record<string, number>;

    beforeAll(async () => {
      before = openHandles();
      world = await World.create(await kind.start());
    });

    afterAll(() => world?.close());

    broadcasting(() => world, kind);
    asking(() => world);
    selecting(() => world, kind);
    serverEvents(() => world, kind);

    it("goes on without a server that has left", async () => {
      await world.closeNode(2);
      await eventually(() => world.client("cyd").disconnects, ["transport close"]);
      await world.remove("cyd");
      await world.serversAreCounted();
      expect(await world.names(0, {})).toEqual(["ann", "bob", "dan"]);
      const { error, responses } = await world.node(1).emitWithAck({}, "ask", 1);
      expect(error).toBeUndefined();
      expect(responses).toHaveLength(3);
      // A server that had left would still be waited for.
      const told = await world.node(1).serverSideEmitWithAck("question", 2);
      expect(told).toEqual({ responses: [{ node: "n0", question: 2 }] });
    });

    it("closes, and leaves nothing open", async () => {
      await world.close();
      await eventually(() => openBeyond(before), {});
    });
  });
}

/** What is open that was not. */
function openBeyond(before: Record<string, number>): Record<string, number> {
  const isNew = ([name, count]: [string, number]) => count > (before[name] ?? 0);
  return Object.fromEntries(Object.entries(openHandles()).filter(isNew));
}

/** Sockets, servers and the like, and timers that keep a process alive. */
function openHandles(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) {
    if (name.startsWith("TCP") || name === "Timeout" || name === "ProcessWrap") {
      counts[name] = (counts[name] ?? 0) + 1;
    }
  }
  return counts;
}
