import { describe, expect, it } from "vitest";
import type { FleetKind } from "./fleet.ts";
import { eventually } from "./waiting.ts";
import type { World } from "./world.ts";

export function serverEvents(world: () => World, { has }: FleetKind): void {
  describe("an event for servers", () => {
    it("reaches the others", async () => {
      await world().node(0).serverSideEmit("note", "first", { n: 1 });
      await eventually(() => world().node(1).notes(), [["first", { n: 1 }]]);
      await eventually(() => world().node(2).notes(), [["first", { n: 1 }]]);
      expect(await world().node(0).notes()).toEqual([]);
    });

    it("brings one response of each", async () => {
      const outcome = await world().node(1).serverSideEmitWithAck("question", "who?");
      expect(outcome.error).toBeUndefined();
      expect(outcome.responses).toHaveLength(2);
      expect(outcome.responses).toContainEqual({ node: "n0", question: "who?" });
      expect(outcome.responses).toContainEqual({ node: "n2", question: "who?" });
    });

    if (has?.shortTimeLimit) {
      it("fails with the responses so far when a server is silent", async () => {
        expect(await world().node(1).serverSideEmitWithAck("question", "silence")).toEqual({
          error: "timeout reached: only 1 responses received out of 2",
          responses: [{ node: "n0", question: "silence" }],
        });
      });
    }
  });
}
