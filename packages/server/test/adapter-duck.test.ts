/** Adapters on namespaces made by hand, and on the official server; the same script for both packages. */
import { EventEmitter } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server as OfficialServer } from "socket.io";
import * as official from "socket.io-adapter";
import { io as connect } from "socket.io-client";
import { describe, expect, onTestFinished, test } from "vitest";
import * as ours from "../src/adapter.ts";

const PACKAGES = [
  { name: "socket.io-adapter", adapters: official as unknown as typeof ours },
  { name: "@hawser/server/adapter", adapters: ours },
];

const everyone = { rooms: new Set<string>(), except: new Set<string>() };

describe.each(PACKAGES)("$name", ({ adapters }) => {
  test("an adapter needs no more of a namespace than a server with an encoder", async () => {
    const adapter = new adapters.Adapter({ server: { encoder: null } } as never);
    const events: unknown[] = [];
    for (const event of ["create-room", "join-room", "leave-room", "delete-room"]) {
      adapter.on(event, (...args) => events.push([event, ...args]));
    }
    adapter.addAll("s1", new Set(["r1", "r2"]));
    adapter.addAll("s2", new Set(["r2"]));
    adapter.del("s1", "r1");
    adapter.delAll("s1");
    expect(adapter.rooms).toEqual(new Map([["r2", new Set(["s2"])]]));
    expect(adapter.sids).toEqual(new Map([["s2", new Set(["r2"])]]));
    expect(events).toEqual([
      ["create-room", "r1"],
      ["join-room", "r1", "s1"],
      ["create-room", "r2"],
      ["join-room", "r2", "s1"],
      ["join-room", "r2", "s2"],
      ["leave-room", "r1", "s1"],
      ["delete-room", "r1"],
      ["leave-room", "r2", "s1"],
    ]);
    expect(await adapter.serverCount()).toBe(1);
    expect(adapter.socketRooms("s2")).toEqual(new Set(["r2"]));
    expect(adapter.socketRooms("gone")).toBeUndefined();
  });

  test("sockets are looked up in the map of the namespace", async () => {
    const sockets = new Map(["s1", "s2", "s3"].map((id) => [id, { id }]));
    const adapter = new adapters.Adapter({ server: { encoder: null }, sockets } as never);
    adapter.addAll("s1", new Set(["r1", "r2"]));
    adapter.addAll("s2", new Set(["r2"]));
    adapter.addAll("gone", new Set(["r2"]));
    expect(await adapter.sockets(new Set())).toEqual(new Set(["s1", "s2"]));
    expect(await adapter.sockets(new Set(["r1", "none"]))).toEqual(new Set(["s1"]));
    const except = new Set(["r1"]);
    expect(await adapter.fetchSockets({ rooms: new Set(["r2"]), except })).toEqual([{ id: "s2" }]);
  });

  describe("recovery with an encoder that is none of a parser", () => {
    const namespace = () => ({
      server: {
        encoder: { encode: () => ["encoded"] },
        opts: { connectionStateRecovery: { maxDisconnectionDuration: 5000 } },
      },
      sockets: new Map(),
    });

    test.each(["before", "after"])("a session that is kept %s the events", async (when) => {
      const adapter = new adapters.SessionAwareAdapter(namespace() as never);
      onTestFinished(() => void adapter.close());
      const keep = () =>
        adapter.persistSession({ sid: "s", pid: "p", data: "d", rooms: ["r1", "r2"] } as never);
      const send = (name: string, rooms: string[] = [], except: string[] = []) => {
        const packet = { nsp: "/", type: 2 as const, data: [name] };
        adapter.broadcast(packet, { rooms: new Set(rooms), except: new Set(except) });
        return packet.data[1] as string;
      };
      if (when === "before") keep();
      const offset = send("received");
      send("all");
      send("r1", ["r1"]);
      send("r3", ["r3"]);
      send("not r2", [], ["r2"]);
      send("not r3", [], ["r3"]);
      if (when === "after") keep();
      const session = await adapter.restoreSession("p", offset);
      expect(session).toMatchObject({ sid: "s", pid: "p", data: "d", rooms: ["r1", "r2"] });
      expect(session?.missedPackets.map(([name]) => name)).toEqual(["all", "r1", "not r3"]);
      expect(await adapter.restoreSession("unknown", offset)).toBeNull();
    });
  });

  test("cluster adapters of one bus serve nodes of the official server", async () => {
    const bus = new EventEmitter();
    class BusAdapter extends adapters.ClusterAdapterWithHeartbeat {
      constructor(nsp: never) {
        super(nsp, {});
        bus.on("message", (message) => setImmediate(() => this.onMessage(message)));
        bus.on("response", (uid, response) => {
          if (uid === this.uid) setImmediate(() => this.onResponse(response));
        });
      }
      override doPublish(message: unknown): Promise<string> {
        bus.emit("message", message);
        return Promise.resolve("");
      }
      override doPublishResponse(uid: string, response: unknown): Promise<void> {
        bus.emit("response", uid, response);
        return Promise.resolve();
      }
    }
    const nodes = [];
    for (const index of [0, 1]) {
      const http = createServer();
      const io = new OfficialServer(http, { adapter: BusAdapter as never });
      io.on("connection", (socket) => void socket.join(`room${index}`));
      await new Promise<void>((listening) => http.listen(0, "127.0.0.1", listening));
      const { port } = http.address() as AddressInfo;
      const client = connect(`http://127.0.0.1:${port}`, { transports: ["websocket"] });
      onTestFinished(() => {
        client.close();
        void io.close();
      });
      client.on("ask", (answer) => answer(index));
      await new Promise<void>((connected) => client.once("connect", connected));
      nodes.push({ io, client });
    }
    const [{ io }, { io: otherIo, client }] = nodes as [(typeof nodes)[0], (typeof nodes)[0]];
    await expect.poll(() => io.of("/").adapter.serverCount()).toBe(2);
    await expect.poll(async () => (await io.fetchSockets()).length).toBe(2);
    expect((await io.timeout(2000).emitWithAck("ask")).sort()).toEqual([0, 1]);
    expect(await io.timeout(2000).to("room1").emitWithAck("ask")).toEqual([1]);
    otherIo.on("question", (value: number, answer: (value: number) => void) => answer(value * 2));
    expect(await io.serverSideEmitWithAck("question", 21)).toEqual([42]);
    const lost = new Promise((reason) => client.once("disconnect", reason));
    io.in("room1").disconnectSockets();
    expect(await lost).toBe("io server disconnect");
    expect((await io.fetchSockets()).length).toBe(1);
  });
});

test("what decides about rooms is a set that may be left out", () => {
  const sent: string[] = [];
  const socket = (id: string) => [
    id,
    { id, client: { writeToEngine: () => sent.push(id) }, notifyOutgoingListeners() {} },
  ];
  const server = { encoder: { encode: () => ["2[]"] } };
  const namespace = { name: "/", server, sockets: new Map(["a", "b"].map(socket) as never) };
  const adapter = new ours.Adapter(namespace as never);
  adapter.addAll("a", new Set(["a"]));
  adapter.addAll("b", new Set(["b"]));
  adapter.broadcast({ type: 2, data: ["x"] } as never, everyone);
  adapter.broadcast({ type: 2, data: ["x"] } as never, { rooms: new Set(["b"]) } as never);
  expect(sent).toEqual(["a", "b", "b"]);
});
