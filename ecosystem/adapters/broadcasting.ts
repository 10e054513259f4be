import { describe, expect, it } from "vitest";
import { pattern, plain } from "../../packages/testkit/src/binary.ts";
import type { FleetKind } from "./fleet.ts";
import type { Target } from "./fleet-node.ts";
import { eventually } from "./waiting.ts";
import { EVERYBODY, type World } from "./world.ts";

const CASES: readonly { title: string; from: number; target: Target; reaches: string[] }[] = [
  { title: "everybody", from: 0, target: {}, reaches: EVERYBODY },
  { title: "a room", from: 0, target: { to: ["red"] }, reaches: ["ann", "bob"] },
  {
    title: "a room without members here",
    from: 0,
    target: { to: ["blue"] },
    reaches: ["bob", "cyd"],
  },
  {
    title: "several rooms, once",
    from: 2,
    target: { to: ["red", "blue"] },
    reaches: ["ann", "bob", "cyd"],
  },
  { title: "nobody in an unknown room", from: 1, target: { to: ["none"] }, reaches: [] },
  { title: "all except a room", from: 1, target: { except: ["blue"] }, reaches: ["ann", "dan"] },
  {
    title: "a room except two others",
    from: 2,
    target: { to: ["red", "green"], except: ["blue"] },
    reaches: ["ann", "dan"],
  },
  { title: "those of this node", from: 1, target: { local: true }, reaches: ["bob"] },
  { title: "a room on this node", from: 0, target: { to: ["red"], local: true }, reaches: ["ann"] },
  { title: "idle clients, volatile", from: 0, target: { volatile: true }, reaches: EVERYBODY },
];

export function broadcasting(world: () => World, { lacks }: FleetKind): void {
  describe("a broadcast", () => {
    it.each(CASES)("reaches $title", async ({ from, target, reaches }) => {
      const event = world().unique("broadcast");
      await world()
        .node(from)
        .emit(target, event, { text: "ä €", list: [1, null, true] }, 2);
      await world().received(event, reaches, [{ text: "ä €", list: [1, null, true] }, 2]);
    });

    it("reaches a single client by its id", async () => {
      const event = world().unique("single");
      const { id } = world().client("cyd").socket;
      await world()
        .node(0)
        .emit({ to: [id!] }, event, "you");
      await world().received(event, ["cyd"], ["you"]);
    });

    it("carries binaries", async () => {
      const event = world().unique("binary");
      const args = [pattern(3000), { nested: [pattern(5, 1)], text: "with" }];
      await world()
        .node(0)
        .emit({}, event, ...args);
      await world().received(event, EVERYBODY, args);
      const toRoom = world().unique("binary");
      await world()
        .node(2)
        .emit({ to: ["red"] }, toRoom, pattern(20_000, 2));
      await world().received(toRoom, ["ann", "bob"], [pattern(20_000, 2)]);
    });

    it("carries a long text", async () => {
      const event = world().unique("long");
      const text = "0123456789ü".repeat(10_000);
      await world()
        .node(1)
        .emit({ except: ["green"] }, event, text);
      await world().received(event, ["ann", "bob"], [text]);
    });

    it("of a socket reaches all but itself", async () => {
      const before = world().client("cyd").events("said").length;
      world().client("ann").socket.emit("say", [], "to all", pattern(9));
      for (const name of ["bob", "cyd", "dan"]) {
        const said = () => plain(world().client(name).events("said"));
        await eventually(said, plain([["to all", pattern(9)]]));
      }
      world().client("bob").socket.emit("say", ["blue", "red"], "to rooms");
      await eventually(() => world().client("cyd").events("said")[before + 1], ["to rooms"]);
      await eventually(() => world().client("ann").events("said"), [["to rooms"]]);
      expect(world().client("bob").events("said")).toHaveLength(1);
    });

    it("stays in its namespace", async () => {
      const event = world().unique("other");
      const guest = await world().connect(1, { name: "gus", namespace: "/other" });
      await world().node(0).emit({ namespace: "/other" }, event, 1);
      await eventually(() => guest.events(event), [[1]]);
      await world().remove("gus");
      await world().received(event, [], []);
    });

    if (lacks?.order) return;

    it("keeps the order of its node", async () => {
      const event = world().unique("order");
      const numbers = Array.from({ length: 100 }, (_, index) => [index]);
      for (const [index] of numbers) {
        await world()
          .node(0)
          .emit(index! % 3 ? {} : { to: ["blue", "green"] }, event, index);
      }
      await eventually(() => world().client("cyd").events(event), numbers);
    });
  });
}
