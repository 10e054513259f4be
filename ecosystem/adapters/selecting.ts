import { describe, expect, it } from "vitest";
import type { FleetKind } from "./fleet.ts";
import { eventually } from "./waiting.ts";
import { EVERYBODY, type World } from "./world.ts";

export function selecting(world: () => World, { has }: FleetKind): void {
  describe("sockets of all nodes", () => {
    it("are fetched with rooms, data and handshake", async () => {
      const sockets = await world().node(0).fetchSockets({});
      expect(sockets.map(({ name }) => name).sort()).toEqual(EVERYBODY);
      expect(sockets.find(({ name }) => name === "bob")).toEqual({
        id: world().client("bob").socket.id,
        name: "bob",
        rooms: ["blue", "red"],
        path: "/socket.io/",
      });
    });

    it("are fetched by room, exception and node", async () => {
      expect(await world().names(2, { to: ["red"] })).toEqual(["ann", "bob"]);
      expect(await world().names(1, { to: ["red", "blue"], except: ["green"] })).toEqual([
        "ann",
        "bob",
      ]);
      expect(await world().names(0, { local: true })).toEqual(["ann", "dan"]);
      expect(await world().names(0, { namespace: "/other" })).toEqual([]);
    });

    // The deprecated `allSockets` knows those of its own node, with all of these adapters.
    it("are told by id", async () => {
      const { id } = world().client("bob").socket;
      expect(await world().node(1).allSockets({})).toContain(id);
      expect(
        await world()
          .node(1)
          .allSockets({ to: ["red"] }),
      ).toContain(id);
      expect(
        await world()
          .node(1)
          .allSockets({ to: ["green"] }),
      ).not.toContain(id);
    });

    if (has?.allRooms) {
      it("and their rooms by name", async () => {
        const ids = EVERYBODY.map((name) => world().client(name).socket.id!);
        const rooms = await world().node(1).allRooms();
        expect(rooms).toEqual(["blue", "green", "red", ...ids].sort());
      });
    }

    it("join and leave", async () => {
      const room = world().unique("joined");
      await world()
        .node(0)
        .join({ to: ["blue"] }, [room, `${room}-too`]);
      await eventually(() => world().names(1, { to: [room] }), ["bob", "cyd"]);
      expect(await world().names(2, { to: [`${room}-too`] })).toEqual(["bob", "cyd"]);
      await world()
        .node(2)
        .leave({ to: ["red"] }, [room]);
      await eventually(() => world().names(0, { to: [room] }), ["cyd"]);
      await world()
        .node(1)
        .leave({}, [room, `${room}-too`]);
      await eventually(() => world().names(0, { to: [room, `${room}-too`] }), []);
    });

    it("are used one by one", async () => {
      const { unique, node, client } = bound(world());
      const event = unique("remote");
      await node(0).useRemote("cyd", { do: "emit", event, args: [1, "two"] });
      await world().received(event, ["cyd"], [1, "two"]);
      const answer = await node(0).useRemote("cyd", { do: "ask", event: "ask", args: [7] });
      expect(answer).toEqual({ name: "cyd", got: 7 });
      const room = unique("room");
      await node(1).useRemote("cyd", { do: "join", room });
      await eventually(() => world().names(1, { to: [room] }), ["cyd"]);
      await node(0).useRemote("cyd", { do: "leave", room });
      await eventually(() => world().names(1, { to: [room] }), []);
      await world().connect(2, { name: "eve" });
      await node(0).useRemote("eve", { do: "disconnect", close: false });
      await eventually(() => client("eve").disconnects, ["io server disconnect"]);
      await world().remove("eve");
    });

    it("are disconnected", async () => {
      const room = world().unique("guests");
      const eve = await world().connect(1, { name: "eve", rooms: [room] });
      const fay = await world().connect(2, { name: "fay", rooms: [room] });
      await eventually(() => world().names(0, { to: [room] }), ["eve", "fay"]);
      await world()
        .node(0)
        .disconnect({ to: [room] }, true);
      await eventually(() => eve.disconnects, ["io server disconnect"]);
      await eventually(() => fay.disconnects, ["io server disconnect"]);
      await eventually(() => eve.socket.io.engine.readyState, "closed");
      await world().remove("eve");
      await world().remove("fay");
      await eventually(() => world().names(0, {}), EVERYBODY);
    });
  });
}

function bound(world: World) {
  return {
    unique: (prefix: string) => world.unique(prefix),
    node: (index: number) => world.node(index),
    client: (name: string) => world.client(name),
  };
}
