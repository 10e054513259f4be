import { expect } from "vitest";
import { pause } from "../waiting.ts";
import type { Statements } from "./statements.ts";
import { api, eventually, socket, socketOf } from "./world.ts";

/** Fast enough for a test, slow enough for a busy machine. */
const HEARTBEAT = { pingInterval: 150, pingTimeout: 800 };

export function failureBehaviour({ group, it }: Statements): void {
  group("failures of the network", "heartbeat", () => {
    it("stays connected over many heartbeats", async (world) => {
      const server = await world.serve({ pingInterval: 60, pingTimeout: 1000 });
      const client = await world.settle(server);
      await pause(500);
      expect(await client.request("ack", "alive")).toEqual(["alive"]);
      expect(client.journal.filter({ type: "disconnect" })).toEqual([]);
      expect(server.journal.filter({ type: "disconnect" })).toEqual([]);
    });

    it("notices at the server that the client has fallen silent: `ping timeout`", {
      needs: ["server.pingTimeout"],
    }, async (world) => {
      const server = await world.serve(HEARTBEAT);
      const proxy = await world.proxy(server);
      await world.settle(proxy, { reconnection: false });
      proxy.freeze();
      const { reason } = await server.journal.until({ type: "disconnect" });
      if (world.has("server.reasons")) expect(reason).toBe("ping timeout");
    });

    it("notices at the client that the server has fallen silent: `ping timeout`", async (world) => {
      const server = await world.serve(HEARTBEAT);
      const proxy = await world.proxy(server);
      const client = await world.settle(proxy, { reconnection: false });
      proxy.freeze();
      // python-engineio allows a poll five seconds more.
      const { reason } = await client.journal.until({ type: "disconnect" }, { timeout: 12_000 });
      if (world.has("client.reasons")) expect(reason).toBe("ping timeout");
    });

    it("survives a silence shorter than the ping timeout", async (world) => {
      const server = await world.serve({ pingInterval: 300, pingTimeout: 2000 });
      const proxy = await world.proxy(server);
      const client = await world.settle(proxy, { reconnection: false });
      proxy.freeze();
      await server.emit({}, "held", 1);
      await pause(400);
      expect(client.journal.events("held")).toEqual([]);
      proxy.thaw();
      await client.journal.until({ name: "held" });
      expect(await client.request("ack", "alive")).toEqual(["alive"]);
      expect(server.journal.filter({ type: "disconnect" })).toEqual([]);
    });

    it("works over a slow link", async (world) => {
      const server = await world.serve();
      const proxy = await world.proxy(server);
      proxy.delay(40);
      const client = await world.settle(proxy);
      expect(await client.request("ack", "slow", Buffer.from([1]))).toHaveLength(2);
      proxy.delay(0);
    });

    it("calls a cut connection `transport close` or `transport error` on both sides", {
      needs: ["server.api", "client.api"],
    }, async (world) => {
      const server = await world.serve();
      const proxy = await world.proxy(server);
      const client = await world.settle(proxy, { reconnection: false });
      const own = await socketOf(server, client);
      // Between two polls there would be nothing to cut, and the server would learn it by its ping.
      await eventually(() => own.conn.transport.writable, "a pending poll");
      proxy.refuse(true);
      proxy.cut();
      const here = await client.journal.until({ type: "disconnect" });
      const there = await server.journal.until({ type: "disconnect" });
      expect(["transport close", "transport error"]).toContain(here.reason);
      // An aborted poll is an error of the transport, a dropped WebSocket is its end.
      expect(there.reason).toBe(world.mode === "polling" ? "transport error" : "transport close");
      await eventually(() => api(server).engine.clientsCount === 0, "no engine client left");
    });

    it("ends a half-closed WebSocket on both sides", {
      needs: ["server.api", "client.api"],
      modes: ["websocket"],
    }, async (world) => {
      const server = await world.serve(HEARTBEAT);
      const proxy = await world.proxy(server);
      const client = await world.settle(proxy, { reconnection: false });
      proxy.halfClose();
      const { reason } = await client.journal.until({ type: "disconnect" });
      expect(reason).toBe("transport close");
      await server.journal.until({ type: "disconnect" });
    });

    it("falls back to polling alone when the upgrade is refused", {
      needs: ["server.api"],
      modes: ["upgrade"],
    }, async (world) => {
      const server = await world.serve({ api: { allowUpgrades: false } });
      const client = await world.connect(server);
      expect(await client.request("ack", 1)).toEqual([1]);
      await pause(150);
      expect(await client.transport()).toBe("polling");
    });

    it("reconnects after a ping timeout with everything working again", {
      needs: ["server.pingTimeout"],
    }, async (world) => {
      const server = await world.serve(HEARTBEAT);
      const proxy = await world.proxy(server);
      const client = await world.settle(proxy);
      proxy.freeze();
      await server.journal.until({ type: "disconnect" });
      await client.journal.until({ type: "disconnect" }, { timeout: 12_000 });
      proxy.cut();
      proxy.thaw();
      await client.journal.until({ type: "connect" }, { count: 2 });
      expect(await client.request("ack", "again")).toEqual(["again"]);
      if (client.socket) expect(socket(client).connected).toBe(true);
    });
  });
}
