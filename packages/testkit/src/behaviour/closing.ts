import { expect } from "vitest";
import type { RunningClient, RunningServer } from "../peers/contract.ts";
import { pause } from "../waiting.ts";
import type { Statements } from "./statements.ts";
import { api, eventually, once, socket, socketOf } from "./world.ts";

/** The reasons both sides gave, once both have ended. */
async function reasons(server: RunningServer, client: RunningClient, nsp = "/") {
  const there = await server.journal.until({ type: "disconnect", nsp });
  const here = await client.journal.until({ type: "disconnect", nsp });
  return { server: there.reason, client: here.reason };
}

const REASONS = ["server.reasons", "client.reasons"] as const;

export function closingBehaviour({ group, it }: Statements): void {
  group("closing", () => {
    it("ends on both sides when the client disconnects", { shows: "leaving" }, async (world) => {
      const server = await world.serve();
      const client = await world.settle(server);
      await client.disconnect();
      await server.journal.until({ type: "disconnect", nsp: "/" });
      await client.journal.until({ type: "disconnect", nsp: "/" });
    });

    it("ends on both sides when the server disconnects", { shows: "ending" }, async (world) => {
      const server = await world.serve();
      const client = await world.settle(server, { reconnection: false });
      await server.disconnect(await client.id());
      await server.journal.until({ type: "disconnect", nsp: "/" });
      await client.journal.until({ type: "disconnect", nsp: "/" });
    });

    it("says that the client left: `io client disconnect`, `client namespace disconnect`", {
      needs: [...REASONS],
      shows: "leaving",
    }, async (world) => {
      const server = await world.serve();
      const client = await world.settle(server);
      await client.disconnect();
      expect(await reasons(server, client)).toEqual({
        server: "client namespace disconnect",
        client: "io client disconnect",
      });
    });

    it("tells the server that the client left", {
      needs: ["server.reasons"],
      shows: "leaving",
    }, async (world) => {
      const server = await world.serve();
      const client = await world.settle(server);
      await client.disconnect();
      const { reason } = await server.journal.until({ type: "disconnect" });
      // Clients that close the connection without leaving the namespace are "transport close".
      expect(["client namespace disconnect", "transport close"]).toContain(reason);
    });

    it("tells the client that the server ended it: `io server disconnect`", {
      needs: ["client.reasons"],
      shows: "ending",
    }, async (world) => {
      const server = await world.serve();
      const client = await world.settle(server);
      await server.disconnect(await client.id());
      const { reason } = await client.journal.until({ type: "disconnect" });
      expect(reason).toBe("io server disconnect");
      await pause(150);
      expect(client.journal.filter({ type: "connect" })).toHaveLength(1);
      if (client.socket && world.has("client.current")) expect(client.socket.active).toBe(false);
    });

    it("tells the server that it ended it: `server namespace disconnect`", {
      needs: ["server.reasons"],
      shows: "ending",
    }, async (world) => {
      const server = await world.serve();
      const client = await world.settle(server, { reconnection: false });
      await server.disconnect(await client.id());
      const { reason } = await server.journal.until({ type: "disconnect" });
      expect(reason).toBe("server namespace disconnect");
      await client.journal.until({ type: "disconnect" });
    });

    it("ends one namespace and leaves the connection to the others", {
      needs: ["server.reasons", "client.reasons"],
      shows: "ending",
    }, async (world) => {
      const server = await world.serve();
      const client = await world.settle(server, { namespaces: ["/", "/chat"] });
      await server.disconnect(await client.in("/chat").id(), "/chat");
      expect(await reasons(server, client, "/chat")).toEqual({
        server: "server namespace disconnect",
        client: "io server disconnect",
      });
      expect(await client.request("ack", "open")).toEqual(["open"]);
      if (server.io) expect(server.io.engine.clientsCount).toBe(1);
    });

    it("ends all namespaces and the connection with disconnect(true)", {
      needs: ["server.api"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.settle(server, {
        namespaces: ["/", "/chat"],
        reconnection: false,
      });
      (await socketOf(server, client)).disconnect(true);
      for (const nsp of ["/", "/chat"]) {
        const { server: there, client: here } = await reasons(server, client, nsp);
        expect(there).toBe("server namespace disconnect");
        if (client.socket) expect(here).toBe("io server disconnect");
      }
      await eventually(() => api(server).engine.clientsCount === 0, "no engine client left");
    });

    it("closes the engine under all namespaces: `forced close`, `transport close`", {
      needs: ["server.api", "client.api"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.settle(server, {
        namespaces: ["/", "/chat"],
        reconnection: false,
      });
      (await socketOf(server, client)).conn.close();
      for (const nsp of ["/", "/chat"]) {
        expect(await reasons(server, client, nsp)).toEqual({
          server: "forced close",
          client: "transport close",
        });
      }
    });

    it("calls the end of the client's engine `forced close` and reconnects", {
      needs: ["client.api"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.settle(server);
      socket(client).io.engine.close();
      const { reason } = await client.journal.until({ type: "disconnect" });
      expect(reason).toBe("forced close");
      const { reason: there } = await server.journal.until({ type: "disconnect" });
      if (server.io) expect(there).toBe("transport close");
      await client.journal.until({ type: "connect" }, { count: 2 });
    });

    it("closes the connection when the last namespace is left", {
      needs: ["server.api", "client.api", "client.leave"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.settle(server, { namespaces: ["/", "/chat"] });
      await client.in("/").leave();
      await server.journal.until({ type: "disconnect", nsp: "/" });
      await pause(50);
      expect(api(server).engine.clientsCount).toBe(1);
      await client.in("/chat").leave();
      await eventually(() => api(server).engine.clientsCount === 0, "no engine client left");
      const { reason } = await server.journal.until({ type: "disconnect", nsp: "/chat" });
      expect(reason).toBe("client namespace disconnect");
    });

    it("delivers what was emitted right before a disconnect, from either side", {
      needs: ["server.api", "client.api"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.settle(server, { reconnection: false });
      const own = await socketOf(server, client);
      own.emit("last words", 1);
      own.emit("last words", Buffer.from([2]));
      own.disconnect(true);
      await client.journal.until({ type: "disconnect" });
      expect(client.journal.events("last words")).toHaveLength(2);

      const leaving = await world.settle(server);
      socket(leaving).emit("goodbye", 1);
      socket(leaving).emit("goodbye", 2);
      socket(leaving).disconnect();
      await server.journal.until({ type: "event", name: "goodbye" }, { count: 2 });
    });

    it("refuses oversized messages: `transport error` at the server", {
      needs: ["server.api", "client.api", "client.oversized"],
      modes: ["websocket", "upgrade"],
    }, async (world) => {
      const server = await world.serve({ maxHttpBufferSize: 2000 });
      const client = await world.settle(server, { reconnection: false });
      await client.emit("echo", "x".repeat(1500));
      await client.journal.until({ name: "echo" });
      await client.emit("echo", "x".repeat(3000));
      expect(await reasons(server, client)).toEqual({
        server: "transport error",
        client: "transport close",
      });
    });

    it("says `server shutting down` at the server and `transport close` at the client", {
      needs: ["server.api"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.settle(server, { reconnection: false });
      await server.stop();
      const { server: there, client: here } = await reasons(server, client);
      expect(there).toBe("server shutting down");
      if (client.socket) expect(here).toBe("transport close");
    });

    it("resolves close(), calls its callback, and has ended everything by then", {
      needs: ["server.api", "client.api", "server.emitWithAck"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.settle(server, { reconnection: false });
      const io = api(server);
      const order: string[] = [];
      const closed = io.close(() => order.push("callback"));
      await client.journal.until({ type: "disconnect" });
      await client.disconnect();
      await closed;
      order.push("resolved");
      expect(order).toEqual(["callback", "resolved"]);
      expect(io.engine.clientsCount).toBe(0);
      expect(io.sockets.sockets.size).toBe(0);
      const late = await world.begin(server, { reconnection: false });
      await late.journal.until({ type: "connect_error" });
    });

    it("does nothing when disconnected twice", {
      needs: ["server.api", "client.api"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.settle(server, { reconnection: false });
      const own = await socketOf(server, client);
      own.disconnect();
      own.disconnect();
      await once(socket(client), "disconnect");
      socket(client).disconnect();
      await pause(50);
      expect(server.journal.filter({ type: "disconnect" })).toHaveLength(1);
      expect(client.journal.filter({ type: "disconnect" })).toHaveLength(1);
    });
  });
}
