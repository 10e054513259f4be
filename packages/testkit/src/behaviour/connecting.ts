import { expect } from "vitest";
import { REFUSAL, SECRET, STRANGER } from "../peers/reference-app.ts";
import { pause } from "../waiting.ts";
import type { Statements } from "./statements.ts";
import { api, eventually, once, socket, socketOf } from "./world.ts";

export function connectingBehaviour({ group, it }: Statements): void {
  group("connecting", "connect", () => {
    it("joins the main namespace with one id on both sides", async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      const { sid } = await server.journal.until({ type: "connect", nsp: "/" });
      expect(sid).toBe(await client.id());
      expect(sid).toMatch(/^[\w-]{20}$/);
    });

    it("gives two clients two ids", async (world) => {
      const server = await world.serve();
      const first = await world.connect(server);
      const second = await world.connect(server);
      expect(await first.id()).not.toBe(await second.id());
    });

    it("hands the auth object to the server as it is", {
      needs: ["protocol.auth"],
      shows: "auth",
    }, async (world) => {
      const server = await world.serve();
      const auth = { token: "ключ 🔑", nested: { list: [1, null, true] }, empty: "" };
      await world.connect(server, { auth });
      const entry = await server.journal.until({ type: "connect" });
      expect(entry.auth).toEqual(auth);
    });

    it("hands credentials that are texts to the server", { shows: "auth" }, async (world) => {
      const server = await world.serve();
      const auth = { token: "ключ 🔑 + 100 % = a&b?c#d", "a key": "", slash: "/" };
      await world.connect(server, { auth });
      expect((await server.journal.until({ type: "connect" })).auth).toEqual(auth);
    });

    it("hands an empty auth to the server when the client has none", {
      shows: "auth",
    }, async (world) => {
      const server = await world.serve();
      await world.connect(server);
      expect((await server.journal.until({ type: "connect" })).auth).toEqual({});
    });

    it("asks the auth function for every connection", {
      needs: ["client.api", "protocol.auth"],
    }, async (world) => {
      const server = await world.serve();
      let calls = 0;
      const auth = (give: (data: object) => void) => setTimeout(() => give({ call: ++calls }), 5);
      const client = await world.connect(server, { auth });
      socket(client).disconnect();
      await client.journal.until({ type: "disconnect" });
      socket(client).connect();
      const second = await server.journal.until({ type: "connect" }, { count: 2 });
      expect(second.auth).toEqual({ call: 2 });
    });

    it("sends a changed auth with the next connection", {
      needs: ["client.api", "protocol.auth"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.connect(server, { auth: { turn: 1 } });
      socket(client).disconnect();
      socket(client).auth = { turn: 2 };
      socket(client).connect();
      const second = await server.journal.until({ type: "connect" }, { count: 2 });
      expect(second.auth).toEqual({ turn: 2 });
    });

    it("shows the headers of the handshake", {
      needs: ["server.api", "client.api", "client.headers"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.connect(server, {
        api: { extraHeaders: { "X-Origin-Test": "yes" } },
      });
      const { handshake } = await socketOf(server, client);
      expect(handshake.headers["x-origin-test"]).toBe("yes");
    });

    it("shows the query and address of the handshake", {
      needs: ["server.api", "client.api"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.connect(server, { api: { query: { room: "blue & green" } } });
      const { handshake } = await socketOf(server, client);
      expect(handshake.query).toMatchObject({ room: "blue & green", EIO: "4" });
      expect(handshake.address).toMatch(/127\.0\.0\.1$/);
    });

    it("is refused by a middleware with its message and data", {
      needs: ["protocol.refusal"],
      shows: "auth",
    }, async (world) => {
      const server = await world.serve();
      const client = await world.begin(server, {
        namespaces: ["/guarded"],
        auth: { token: "wrong" },
        reconnection: false,
      });
      const refusal = await client.journal.until({ type: "connect_error", nsp: "/guarded" });
      expect(refusal).toMatchObject(REFUSAL);
      await pause(50);
      expect(server.journal.filter({ type: "connect", nsp: "/guarded" })).toEqual([]);
      expect(client.journal.filter({ type: "connect" })).toEqual([]);
    });

    it("is refused by a middleware with its message alone", { shows: "auth" }, async (world) => {
      const server = await world.serve();
      const client = await world.begin(server, {
        namespaces: ["/guarded"],
        auth: { token: STRANGER },
        reconnection: false,
      });
      const refusal = await client.journal.until({ type: "connect_error", nsp: "/guarded" });
      expect(refusal.message).toBe(REFUSAL.message);
      expect(refusal.data).toBeUndefined();
      expect(client.journal.filter({ type: "connect" })).toEqual([]);
    });

    it("is admitted by a middleware that likes its credentials", {
      shows: "auth",
    }, async (world) => {
      const server = await world.serve();
      const client = await world.connect(server, {
        namespaces: ["/guarded"],
        auth: { token: SECRET },
      });
      await client.emit("echo", "in");
      expect((await client.journal.until({ name: "echo" })).args).toEqual(["in"]);
    });

    it("does not try again by itself after a refusal, but does when told to", {
      needs: ["client.api"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.begin(server, {
        namespaces: ["/guarded"],
        auth: { token: "wrong" },
      });
      await client.journal.until({ type: "connect_error" });
      await pause(150);
      expect(client.journal.filter({ type: "connect_error" })).toHaveLength(1);
      socket(client).auth = { token: SECRET };
      socket(client).connect();
      await client.journal.until({ type: "connect" });
    });

    it("is no longer active after a refusal", {
      needs: ["client.api", "client.current"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.begin(server, { namespaces: ["/guarded"] });
      await client.journal.until({ type: "connect_error" });
      expect(socket(client).active).toBe(false);
      socket(client).auth = { token: SECRET };
      socket(client).connect();
      await client.journal.until({ type: "connect" });
      expect(socket(client).active).toBe(true);
    });

    it("runs the middlewares in order and stops at the first refusal", {
      needs: ["server.api"],
    }, async (world) => {
      const server = await world.serve();
      const ran: number[] = [];
      const io = api(server);
      io.use((_socket, next) => {
        ran.push(1);
        setTimeout(next, 5);
      });
      io.use((_socket, next) => {
        ran.push(2);
        next(new Error("second says no"));
      });
      io.use((_socket, next) => {
        ran.push(3);
        next();
      });
      const client = await world.begin(server, { reconnection: false });
      const refusal = await client.journal.until({ type: "connect_error", nsp: "/" });
      expect(refusal.message).toBe("second says no");
      expect(refusal.data).toBeUndefined();
      expect(ran).toEqual([1, 2]);
    });

    it("is connected, in its own room and announced in that order", {
      needs: ["server.api", "server.current"],
    }, async (world) => {
      const server = await world.serve();
      const io = api(server);
      const seen: unknown[] = [];
      io.use((joining, next) => {
        seen.push(["middleware", joining.connected, [...joining.rooms]]);
        joining.join("early");
        joining.emit("early", 1);
        next();
      });
      io.on("connect", () => seen.push(["connect"]));
      io.on("connection", (joined: { id: string; connected: boolean; rooms: Set<string> }) => {
        seen.push(["connection", joined.connected, joined.rooms.has(joined.id)]);
        seen.push(["kept", joined.rooms.has("early")]);
      });
      const client = await world.connect(server);
      expect(seen).toEqual([
        ["middleware", false, []],
        ["connect"],
        ["connection", true, true],
        ["kept", true],
      ]);
      const early = await client.journal.until({ name: "early" });
      expect(early.args).toEqual([1]);
    });

    it("is closed by the server when it joins no namespace in time", {
      needs: ["server.api", "client.api"],
    }, async (world) => {
      const server = await world.serve({ api: { connectTimeout: 100 } });
      const stuck = (_give: unknown) => {};
      const client = await world.begin(server, { auth: stuck, reconnection: false });
      const manager = socket(client).io;
      await once(manager, "open");
      const [reason] = await once(manager, "close");
      expect(["transport close", "transport error"]).toContain(reason);
      await eventually(() => api(server).engine.clientsCount === 0, "no engine client left");
      expect(server.journal.entries).toEqual([]);
    });

    it("reports a server that is not there", { needs: ["client.api"] }, async (world) => {
      const server = await world.serve();
      await server.stop();
      const client = await world.begin(server, { reconnection: false });
      const { message } = await client.journal.until({ type: "connect_error" });
      expect(message).toBe(world.mode === "websocket" ? "websocket error" : "xhr poll error");
      expect(socket(client).active).toBe(true);
    });

    it("gives up on a server that never answers", {
      needs: ["client.api", "client.current"],
    }, async (world) => {
      const server = await world.serve();
      const proxy = await world.proxy(server);
      proxy.freeze();
      const client = await world.begin(proxy, { reconnection: false, api: { timeout: 120 } });
      const { message } = await client.journal.until({ type: "connect_error" });
      expect(message).toBe("timeout");
    });
  });
}
