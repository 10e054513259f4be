import { describe, expect, it } from "vitest";
import { pattern, plain } from "../../packages/testkit/src/binary.ts";
import type { Outcome } from "./fleet-node.ts";
import type { World } from "./world.ts";

export function asking(world: () => World): void {
  describe("a broadcast with acknowledgement", () => {
    it("brings one response of every client", async () => {
      const outcome = await world()
        .node(0)
        .emitWithAck({}, "ask", { deep: [1] });
      expect(outcome.error).toBeUndefined();
      expect(names(outcome)).toEqual(["ann", "bob", "cyd", "dan"]);
      expect(outcome.responses).toContainEqual({ name: "cyd", got: { deep: [1] } });
    });

    it("brings those of a room", async () => {
      expect(
        names(
          await world()
            .node(2)
            .emitWithAck({ to: ["red"] }, "ask", 1),
        ),
      ).toEqual(["ann", "bob"]);
      const except = { to: ["red", "green"], except: ["blue"] };
      expect(names(await world().node(1).emitWithAck(except, "ask", 1))).toEqual(["ann", "dan"]);
    });

    it("brings none where there is nobody", async () => {
      expect(
        await world()
          .node(1)
          .emitWithAck({ to: ["none"] }, "ask", 1),
      ).toEqual({
        responses: [],
      });
    });

    it("carries binaries both ways", async () => {
      const outcome = await world()
        .node(2)
        .emitWithAck({ to: ["red"] }, "ask", pattern(4000));
      expect(plain(outcome.responses)).toContainEqual(plain({ name: "ann", got: pattern(4000) }));
      expect(names(outcome)).toEqual(["ann", "bob"]);
    });

    it("fails with the responses so far when a client of another node is mute", async () => {
      await world().connect(2, { name: "mute", rooms: ["crowd"] });
      const outcome = await world().node(0).emitWithAck({ timeout: 400 }, "ask", 1);
      await world().remove("mute");
      expect(outcome.error).toBe("operation has timed out");
      expect(names(outcome)).toEqual(["ann", "bob", "cyd", "dan"]);
    });

    it("is one request among many at a time", async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 30 }, (_, index) =>
          world()
            .node(index % 3)
            .emitWithAck({}, "ask", index),
        ),
      );
      for (const [index, { error, responses }] of outcomes.entries()) {
        expect(error).toBeUndefined();
        expect(responses.map((response) => (response as { got: number }).got)).toEqual([
          index,
          index,
          index,
          index,
        ]);
      }
    });
  });
}

function names({ responses }: Outcome): string[] {
  return responses.map((response) => (response as { name: string }).name).sort();
}
