import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "vitest";
import type { JsServer } from "../peers/js-api.ts";
import { listen } from "../peers/js-server.ts";
import { pause } from "../waiting.ts";
import type { Statements } from "./statements.ts";
import { api, eventually, once, socket, socketOf } from "./world.ts";

export function transportBehaviour({ group, it }: Statements): void {
  group("transports", "connect", () => {
    it("ends up on the same transport on both sides", async (world) => {
      const server = await world.serve();
      const client = await world.settle(server);
      const sid = await client.id();
      const name = world.mode === "polling" ? "polling" : "websocket";
      await eventually(async () => (await server.transport(sid)) === name, name);
      expect(await client.transport()).toBe(name);
    });

    it("starts with polling and announces the upgrade on both sides", {
      needs: ["server.api", "client.api"],
      modes: ["upgrade"],
    }, async (world) => {
      const server = await world.serve();
      const there = new Promise<string>((resolve) => {
        api(server).on(
          "connection",
          (joined: {
            conn: {
              transport: { name: string };
              once(event: string, listener: (t: { name: string }) => void): void;
            };
          }) => {
            expect(joined.conn.transport.name).toBe("polling");
            joined.conn.once("upgrade", (transport) => resolve(transport.name));
          },
        );
      });
      const client = await world.begin(server);
      const { io } = socket(client);
      const opened = once(io, "open");
      await opened;
      expect(io.engine.transport.name).toBe("polling");
      const [transport] = await once(io.engine, "upgrade");
      expect((transport as { name: string }).name).toBe("websocket");
      expect(await there).toBe("websocket");
      const own = await socketOf(server, client);
      expect(own.conn.upgraded).toBe(true);
    });

    it("takes compression flags without a change of what arrives", {
      needs: ["server.api", "client.api"],
    }, async (world) => {
      const server = await world.serve({
        api: { perMessageDeflate: { threshold: 100 }, httpCompression: { threshold: 100 } },
      });
      const client = await world.settle(server);
      const own = await socketOf(server, client);
      const text = "compressible ".repeat(500);
      own.compress(true).emit("text", text, 1);
      own.compress(false).emit("text", text, 2);
      api(server).compress(false).emit("text", text, 3);
      api(server).emit("text", text, 4);
      socket(client).compress(true).emit("echo", text);
      socket(client).compress(false).emit("echo", text);
      await client.journal.until({ name: "text" }, { count: 4 });
      await client.journal.until({ name: "echo" }, { count: 2 });
      const texts = client.journal.events("text");
      expect(texts.every(([value]) => value === text)).toBe(true);
      expect(texts.map(([, number]) => number)).toEqual([1, 2, 3, 4]);
      expect(client.journal.events("echo").every(([value]) => value === text)).toBe(true);
    });

    it("is served under another path", async (world) => {
      const server = await world.serve({ path: "/deep/er" });
      const client = await world.settle(server, { path: "/deep/er" });
      expect(await client.request("ack", "there")).toEqual(["there"]);
    });

    it("does not mistake another path for its own", { needs: ["client.api"] }, async (world) => {
      const server = await world.serve({ path: "/mine" });
      const client = await world.begin(server, { path: "/yours", reconnection: false });
      await client.journal.until({ type: "connect_error" });
      expect(server.journal.entries).toEqual([]);
    });

    it("shares one HTTP server between two servers of different paths", {
      needs: ["server.api"],
    }, async (world) => {
      const Server = api(await world.serve()).constructor as new (...args: unknown[]) => JsServer;
      const httpServer = createServer((_request, response) => response.end("page"));
      const options = { destroyUpgrade: false, cors: { origin: true }, allowEIO3: true };
      const first = new Server(httpServer, { path: "/one", ...options });
      const second = new Server(httpServer, { path: "/two", ...options });
      await listen(httpServer);
      const url = `http://127.0.0.1:${(httpServer.address() as AddressInfo).port}`;
      world.defer(async () => {
        const closed = Promise.all([first.close(), second.close()]);
        setTimeout(() => httpServer.closeAllConnections(), 50);
        await closed;
      });
      for (const [name, io] of Object.entries({ first, second })) {
        io.on("connection", (joined: { emit(event: string, name: string): void }) =>
          joined.emit("name", name),
        );
      }
      const one = await world.connect({ url }, { path: "/one" });
      const two = await world.connect({ url }, { path: "/two" });
      expect((await one.journal.until({ name: "name" })).args).toEqual(["first"]);
      expect((await two.journal.until({ name: "name" })).args).toEqual(["second"]);
      expect(await (await fetch(`${url}/other`)).text()).toBe("page");
      await one.disconnect();
      await two.disconnect();
    });

    it("reuses one connection for two sockets of one manager", {
      needs: ["server.api", "client.api"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.settle(server);
      const chat = socket(client).io.socket("/chat");
      world.defer(() => chat.disconnect());
      await once(chat, "connect");
      expect(socket(client).io.socket("/chat")).toBe(chat);
      expect(api(server).engine.clientsCount).toBe(1);
      chat.disconnect();
      await pause(30);
      expect(socket(client).connected).toBe(true);
    });
  });
}
