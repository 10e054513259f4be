import { expect } from "vitest";
import { REFUSAL, SECRET, STRANGER } from "../peers/reference-app.ts";
import { pause } from "../waiting.ts";
import type { Statements } from "./statements.ts";
import { api, eventually, once, socket } from "./world.ts";

export function namespaceBehaviour({ group, it }: Statements): void {
  group("namespaces", "namespaces", () => {
    it("shares one connection between namespaces and keeps their events apart", async (world) => {
      const server = await world.serve();
      const client = await world.connect(server, { namespaces: ["/", "/chat"] });
      await client.in("/chat").emit("echo", "chat");
      await client.in("/").emit("echo", "main");
      await client.journal.until({ name: "echo", nsp: "/chat" });
      await client.journal.until({ name: "echo", nsp: "/" });
      expect(client.journal.events("echo", "/chat")).toEqual([["chat"]]);
      expect(client.journal.events("echo", "/")).toEqual([["main"]]);
      expect(await client.in("/chat").id()).not.toBe(await client.in("/").id());
      if (server.io) expect(server.io.engine.clientsCount).toBe(1);
    });

    it("connects to a namespace without the main one", {
      needs: ["protocol.alone"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.connect(server, { namespaces: ["/chat"] });
      expect(await client.request("ack", 1)).toEqual([1]);
      await server.journal.until({ type: "connect" });
      expect(server.journal.filter({ type: "connect" }).map((entry) => entry.nsp)).toEqual([
        "/chat",
      ]);
    });

    it("acknowledges in every namespace under the right id", async (world) => {
      const server = await world.serve();
      const client = await world.connect(server, { namespaces: ["/", "/chat"] });
      const answers = await Promise.all([
        client.in("/").request("ack", "a"),
        client.in("/chat").request("ack", "b"),
        client.in("/").request("ack", "c"),
      ]);
      expect(answers).toEqual([["a"], ["b"], ["c"]]);
      const chat = await client.in("/chat").id();
      expect(await server.request(chat, "ask", ["d"], "/chat")).toEqual(["d"]);
    });

    it("takes other credentials for each namespace", {
      needs: ["client.api", "client.ownAuth", "protocol.auth"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.connect(server, { auth: { user: "main" } });
      const guarded = socket(client).io.socket("/guarded", { auth: { token: SECRET } });
      world.defer(() => guarded.disconnect());
      await once(guarded, "connect");
      const joined = await server.journal.until({ type: "connect", nsp: "/guarded" });
      expect(joined.auth).toEqual({ token: SECRET });
      const main = await server.journal.until({ type: "connect", nsp: "/" });
      expect(main.auth).toEqual({ user: "main" });
    });

    it("refuses one namespace without harm to the others", {
      needs: ["client.api"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      const guarded = socket(client).io.socket("/guarded", { auth: { token: STRANGER } });
      world.defer(() => guarded.disconnect());
      const [error] = await once(guarded, "connect_error");
      expect(error).toMatchObject({ message: REFUSAL.message });
      expect(await client.request("ack", "still here")).toEqual(["still here"]);
      expect(client.journal.filter({ type: "disconnect" })).toEqual([]);
    });

    it("refuses an unknown namespace with `Invalid namespace`", {
      needs: ["server.invalidNamespace"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.begin(server, {
        namespaces: ["/nowhere"],
        reconnection: false,
      });
      const refusal = await client.journal.until({ type: "connect_error", nsp: "/nowhere" });
      expect(refusal.message).toBe("Invalid namespace");
      expect(refusal.data).toBeUndefined();
    });

    it("leaves one namespace and stays in the other", {
      needs: ["client.leave"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.connect(server, { namespaces: ["/", "/chat"] });
      await client.in("/chat").leave();
      await server.journal.until({ type: "disconnect", nsp: "/chat" });
      expect(await client.in("/").request("ack", 1)).toEqual([1]);
      expect(server.journal.filter({ type: "disconnect", nsp: "/" })).toEqual([]);
    });

    it("joins a namespace again with a new id after having left it", {
      needs: ["client.leave", "client.api", "protocol.ids"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.connect(server, { namespaces: ["/", "/chat"] });
      const before = await client.in("/chat").id();
      await client.in("/chat").leave();
      await server.journal.until({ type: "disconnect", nsp: "/chat" });
      socket(client.in("/chat")).connect();
      await client.journal.until({ type: "connect", nsp: "/chat" }, { count: 2 });
      expect(await client.in("/chat").id()).not.toBe(before);
      expect(await client.in("/chat").request("ack", 2)).toEqual([2]);
    });

    it("creates namespaces that match a regular expression", {
      needs: ["server.api", "server.current"],
    }, async (world) => {
      const server = await world.serve();
      const io = api(server);
      const created: string[] = [];
      io.on("new_namespace", (namespace: { name: string }) => created.push(namespace.name));
      io.of(/^\/room-\d+$/).on(
        "connection",
        (joined: { nsp: { name: string }; emit(e: string, n: string): void }) =>
          joined.emit("welcome", joined.nsp.name),
      );
      const client = await world.connect(server, { namespaces: ["/room-42"] });
      expect((await client.journal.until({ name: "welcome" })).args).toEqual(["/room-42"]);
      expect(created).toEqual(["/room-42"]);

      const other = await world.begin(server, { namespaces: ["/room-x"], reconnection: false });
      const refusal = await other.journal.until({ type: "connect_error" });
      expect(refusal.message).toBe("Invalid namespace");
    });

    it("creates namespaces a function allows, by name and credentials", {
      needs: ["server.api"],
    }, async (world) => {
      const server = await world.serve();
      const io = api(server);
      io.of((name, auth, next) => {
        setTimeout(() => next(null, name.startsWith("/dyn-") && auth.key === "yes"), 5);
      }).on("connection", (joined: { emit(event: string): void }) => joined.emit("welcome"));
      const client = await world.connect(server, {
        namespaces: ["/dyn-1"],
        auth: { key: "yes" },
      });
      await client.journal.until({ name: "welcome", nsp: "/dyn-1" });
      const other = await world.begin(server, {
        namespaces: ["/dyn-2"],
        auth: { key: "no" },
        reconnection: false,
      });
      await other.journal.until({ type: "connect_error", nsp: "/dyn-2" });
    });

    it("applies the parent's middlewares to its children and reaches all of them", {
      needs: ["server.api"],
    }, async (world) => {
      const server = await world.serve();
      const parent = api(server).of(/^\/team-\w+$/);
      parent.use((joining, next) => {
        next(joining.handshake.auth.banned ? new Error("banned") : undefined);
      });
      const red = await world.connect(server, { namespaces: ["/team-red"] });
      const blue = await world.connect(server, { namespaces: ["/team-blue"] });
      parent.emit("all teams", 1);
      await red.journal.until({ name: "all teams" });
      await blue.journal.until({ name: "all teams" });
      const banned = await world.begin(server, {
        namespaces: ["/team-red"],
        auth: { banned: true },
        reconnection: false,
      });
      expect((await banned.journal.until({ type: "connect_error" })).message).toBe("banned");
    });

    it("removes an empty dynamic namespace when asked to", {
      needs: ["server.api", "server.cleanup"],
    }, async (world) => {
      const server = await world.serve({ api: { cleanupEmptyChildNamespaces: true } });
      const io = api(server);
      let created = 0;
      io.on("new_namespace", () => created++);
      io.of(/^\/temp-/);
      const client = await world.connect(server, { namespaces: ["/temp-1"] });
      const again = await world.connect(server, { namespaces: ["/temp-1"] });
      expect(created).toBe(1);
      await client.disconnect();
      await again.disconnect();
      await eventually(() => io.engine.clientsCount === 0, "no engine client left");
      await pause(20);
      await world.connect(server, { namespaces: ["/temp-1"] });
      expect(created).toBe(2);
    });
  });
}
