import { describe, expect, test } from "vitest";
import type { ErrorCallback } from "../src/engine.ts";
import {
  ENGINES,
  openPolling,
  openWebSocket,
  POLLING,
  refusedWebSocket,
  run,
  settle,
  WEBSOCKET,
} from "./engines.ts";
import { fetchRaw } from "./running-server.ts";

describe.each(ENGINES)("methods that a subclass overrides, of $name:", ({ engine, isOurs }) => {
  test("all of them are on the way of a request, in this order", async () => {
    const calls: string[] = [];
    class Traced extends engine.Server {
      protected override init() {
        calls?.push("init");
        super.init();
      }
      protected override cleanup() {
        calls.push("cleanup");
        super.cleanup();
      }
      protected override _computePath(options: object) {
        calls.push("_computePath");
        return super._computePath(options);
      }
      protected override _applyMiddlewares(...args: [never, never, never]) {
        calls.push("_applyMiddlewares");
        super._applyMiddlewares(...args);
      }
      protected override verify(req: never, upgrade: boolean, callback: ErrorCallback) {
        calls.push(`verify ${upgrade}`);
        super.verify(req, upgrade, callback);
      }
      protected override handshake(name: string, req: never, close: ErrorCallback) {
        calls.push(`handshake ${name}`);
        return super.handshake(name, req, close);
      }
      override generateId(req: never) {
        calls.push("generateId");
        return super.generateId(req);
      }
      protected override createTransport(name: string, req: never) {
        calls.push(`createTransport ${name}`);
        return super.createTransport(name, req);
      }
      override upgrades(name: string) {
        calls.push(`upgrades ${name}`);
        return super.upgrades(name);
      }
    }
    const { server, port } = await run(new Traced());
    expect(calls.splice(0)).toEqual(["init", "_computePath", "init"]);
    const { sid, path } = await openPolling(port);
    expect(calls.splice(0)).toEqual([
      "_applyMiddlewares",
      "verify false",
      "handshake polling",
      "generateId",
      "createTransport polling",
      "upgrades polling",
    ]);
    await fetchRaw(port, path, { method: "POST", body: "4a" });
    expect(calls.splice(0)).toEqual(["_applyMiddlewares", "verify false"]);
    await openWebSocket(port, sid);
    const probe = ["_applyMiddlewares", "verify true", "createTransport websocket"];
    await expect.poll(() => calls).toEqual(probe);
    calls.length = 0;
    await openWebSocket(port);
    await expect.poll(() => calls.at(-1)).toBe("upgrades websocket");
    const handshake = calls.splice(0);
    expect(handshake.filter((call) => call !== "generateId")).toEqual([
      "_applyMiddlewares",
      "verify true",
      "handshake websocket",
      "createTransport websocket",
      "upgrades websocket",
    ]);
    // Ours has the id before the 101: no frame comes before its session.
    expect(handshake.indexOf("generateId") < handshake.indexOf("handshake websocket")).toBe(isOurs);
    server.close();
    expect(calls).toEqual(["cleanup"]);
  });

  test.each<[name: string, args: Parameters<ErrorCallback>, status: number, message: string]>([
    ["a code", [3], 400, "Bad request"],
    ["a code and a context", [3, { name: "MINE" }], 400, "Bad request"],
    ["code 4 and a message", [4, { message: "full" }], 403, "full"],
    ["code 4 alone", [4], 403, "Forbidden"],
    ["a code of its own", [42, { message: "mine" }], 400, "mine"],
  ])("verify() refuses with %s", async (_name, args, status, message) => {
    class Refusing extends engine.Server {
      protected override verify(_req: never, _upgrade: boolean, callback: ErrorCallback) {
        setImmediate(() => callback(...args));
      }
    }
    const { server, port } = await run(new Refusing());
    const errors: unknown[] = [];
    server.on("connection_error", ({ code, context }) => errors.push([code, context]));
    const reply = await fetchRaw(port, POLLING);
    expect([reply.status, JSON.parse(reply.body)]).toEqual([status, { code: args[0], message }]);
    expect(await refusedWebSocket(port)).toBe(`400 ${message}`);
    expect(errors).toEqual([
      [args[0], args[1]],
      [args[0], args[1]],
    ]);
    expect(server.clientsCount).toBe(0);
  });

  test("verify() lets pass what would be refused, but for the revision", async () => {
    class Trusting extends engine.Server {
      protected override verify(_req: never, _upgrade: boolean, callback: ErrorCallback) {
        callback();
      }
    }
    const options = { allowEIO3: false, transports: ["websocket" as const] };
    const { port } = await run(new Trusting(options));
    expect((await fetchRaw(port, POLLING)).status).toBe(200);
    const old = await fetchRaw(port, POLLING.replace("EIO=4", "EIO=3"));
    expect(JSON.parse(old.body)).toEqual({ code: 5, message: "Unsupported protocol version" });
  });

  test("handshake() may refuse, later too", async () => {
    class Full extends engine.Server {
      protected override async handshake(name: string, req: never, close: ErrorCallback) {
        await settle(5);
        if ((req as { _query: { full?: string } })._query.full) {
          close(4, { message: "full" });
          return undefined;
        }
        return super.handshake(name, req, close);
      }
    }
    const { server, port } = await run(new Full());
    const { status, body } = await fetchRaw(port, `${POLLING}&full=1`);
    expect([status, JSON.parse(body)]).toEqual([403, { code: 4, message: "full" }]);
    expect(server.clientsCount).toBe(0);
    await openPolling(port);
    const peer = await openWebSocket(port);
    await expect.poll(() => peer.messages[0]).toMatch(/^0{"sid"/);
    expect(server.clientsCount).toBe(2);
  });

  test("the other overrides take effect", async () => {
    class Own extends engine.Server {
      protected override _computePath() {
        return "/own/";
      }
      override generateId(req: never) {
        return `id-${(req as { _query: { n: string } })._query.n}`;
      }
      override upgrades() {
        return [];
      }
      protected override createTransport(name: string, req: never) {
        return Object.assign(super.createTransport(name, req), { mine: name });
      }
    }
    const { server, port } = await run(new Own(), { path: "/ignored" });
    const { body } = await fetchRaw(port, `${POLLING.replace("engine.io", "own")}&n=1`);
    expect(JSON.parse(body.slice(1))).toMatchObject({ sid: "id-1", upgrades: [] });
    expect(server.clients["id-1"]?.transport).toHaveProperty("mine", "polling");
    expect((await fetchRaw(port, POLLING)).status).toBe(404);
  });

  test("_applyMiddlewares() may fail a request; createTransport() that throws does", async () => {
    class Failing extends engine.Server {
      protected override _applyMiddlewares(req: never, res: never, done: (e?: unknown) => void) {
        const { first } = (req as { _query: { first?: string } })._query;
        if (first) done(new Error("mine"));
        else super._applyMiddlewares(req, res, done);
      }
      protected override createTransport(): never {
        throw new Error("no transport today");
      }
    }
    const { server, port } = await run(new Failing());
    const names: unknown[] = [];
    server.on("connection_error", ({ context }) => names.push(context.name));
    for (const path of [`${POLLING}&first=1`, POLLING]) {
      const { status, body } = await fetchRaw(port, path);
      expect([status, body]).toEqual([400, '{"code":3,"message":"Bad request"}']);
    }
    expect(await refusedWebSocket(port, `${WEBSOCKET}&first=1`)).toBe("400 Bad request");
    expect(names).toEqual([
      "MIDDLEWARE_FAILURE",
      "TRANSPORT_HANDSHAKE_ERROR",
      "MIDDLEWARE_FAILURE",
    ]);
  });
});
