import { expect, test } from "vitest";
import { systemClock } from "../src/clock/clock.ts";
import { Server as Engine } from "../src/engine.ts";
import { HawserTypeError, Server } from "../src/index.ts";
import { resolveLimits } from "../src/limits/limits.ts";
import { ATTACH_DEFAULTS, ENGINE_DEFAULTS } from "../src/options.ts";
import { resolveOptions } from "../src/resolve-options.ts";
import { Adapter } from "../src/room/adapter.ts";
import { fetchRaw, POLLING, start } from "./running-server.ts";

test("the engine has its documented defaults", () => {
  expect(new Engine().opts).toEqual({
    pingTimeout: 20_000,
    pingInterval: 25_000,
    upgradeTimeout: 10_000,
    maxHttpBufferSize: 1_000_000,
    transports: ["polling", "websocket"],
    allowUpgrades: true,
    batchWindow: 0,
    perMessageDeflate: false,
    httpCompression: { threshold: 1024 },
    cookie: false,
    cors: false,
    allowEIO3: true,
    overload: { maxLag: 1000 },
    limits: resolveLimits(ENGINE_DEFAULTS),
    clock: systemClock,
  });
});

test("attaching has its documented defaults", () => {
  expect(resolveOptions(ATTACH_DEFAULTS, undefined)).toEqual({
    path: "/engine.io",
    destroyUpgrade: true,
    destroyUpgradeTimeout: 1000,
    addTrailingSlash: true,
  });
});

test("the server has its documented defaults", () => {
  const io = new Server();
  expect(io.path()).toBe("/socket.io");
  expect(io.serveClient()).toBe(true);
  expect(io.connectTimeout()).toBe(45_000);
  expect(io.adapter()).toBe(Adapter);
  expect(io.engine).toBeUndefined();
  expect(io.httpServer).toBeUndefined();
  expect(io.opts).toEqual({});
});

test("options of the server are read back, and can be set in a chain", () => {
  const io = new Server({ path: "/a/", serveClient: false, connectTimeout: 7 });
  expect([io.path(), io.serveClient(), io.connectTimeout()]).toEqual(["/a", false, 7]);
  expect(io.path("/b/").serveClient(true).connectTimeout(8)).toBe(io);
  expect([io.path(), io.serveClient(), io.connectTimeout()]).toEqual(["/b", true, 8]);
});

test("the handshake tells the options that are the client's business", async () => {
  const { port } = await start({ pingInterval: 1234, pingTimeout: 567, maxHttpBufferSize: 89 });
  const { body } = await fetchRaw(port, POLLING);
  expect(body[0]).toBe("0");
  expect(JSON.parse(body.slice(1))).toEqual({
    sid: expect.stringMatching(/^[\w-]{20}$/),
    upgrades: ["websocket"],
    pingInterval: 1234,
    pingTimeout: 567,
    maxPayload: 89,
    hawser: 1,
  });
});

test("options that change at run time count for new sessions", async () => {
  const { io, port } = await start();
  io.engine.opts.pingInterval = 4321;
  io.engine.opts.allowUpgrades = false;
  const { body } = await fetchRaw(port, POLLING);
  expect(JSON.parse(body.slice(1))).toMatchObject({ pingInterval: 4321, upgrades: [] });
});

test("options that are undefined count as not given", () => {
  const engine = new Engine({ pingTimeout: undefined, cookie: undefined });
  expect(engine.opts.pingTimeout).toBe(20_000);
  expect(engine.opts.cookie).toBe(false);
  expect(new Server({ path: undefined, serveClient: undefined }).path()).toBe("/socket.io");
});

test("the defaults are never changed by what is given", () => {
  const before = structuredClone({ ...ENGINE_DEFAULTS, clock: undefined });
  new Engine({ pingTimeout: 1, transports: ["websocket"], httpCompression: false });
  expect({ ...ENGINE_DEFAULTS, clock: undefined }).toEqual(before);
});

test("a name that nobody knows does no harm, be it that of an inherited property", () => {
  const given = JSON.parse('{"constructor":1,"toString":2,"hasOwnProperty":3,"unheardOf":4}');
  expect(() => new Server(given)).not.toThrow();
});

test.each<[name: string, ...values: unknown[]]>([
  ["pingTimeout", "20", -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, true],
  ["pingInterval", "20", -1, Number.NaN, {}, []],
  ["upgradeTimeout", "20", -1, Number.NaN],
  ["connectTimeout", "20", -1, Number.NaN],
  ["destroyUpgradeTimeout", "20", -1, Number.NaN],
  ["maxHttpBufferSize", "1mb", 0, -1, Number.NaN],
  ["allowRequest", true, {}, "yes"],
  ["transports", "websocket", { 0: "polling" }, 1],
  ["allowUpgrades", "true", 1, {}],
  ["perMessageDeflate", "true", 1],
  ["httpCompression", "gzip", 1],
  ["cookie", "io", 1],
  ["cors", "*", 1],
  ["path", 1, true, /socket/, []],
  ["serveClient", "false", 0],
  ["destroyUpgrade", "false", 0],
  ["addTrailingSlash", "false", 0],
  ["allowEIO3", "true", 1],
  ["adapter", "redis", {}, 1],
  ["parser", "msgpack", 1],
  ["cleanupEmptyChildNamespaces", "true", 1],
])("a wrong value of %s is an INVALID_OPTION", (name, ...values) => {
  for (const value of values) {
    let error: unknown;
    try {
      new Server({ [name]: value }).attach(0);
    } catch (thrown) {
      error = thrown;
    }
    expect(error, `${name}: ${String(value)}`).toBeInstanceOf(HawserTypeError);
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ code: "INVALID_OPTION" });
    expect((error as Error).message).toContain(name);
  }
});

test.each(["pingTimeout", "pingInterval", "maxHttpBufferSize", "transports"] as const)(
  "null counts as not given for %s",
  (name) => {
    expect(resolveOptions(ENGINE_DEFAULTS, { [name]: null })[name]).toEqual(ENGINE_DEFAULTS[name]);
  },
);

test("the engine alone refuses wrong options too", () => {
  expect(() => new Engine({ pingTimeout: "1" as never })).toThrow(HawserTypeError);
});

test("a misspelt name is warned of, once; a foreign one is not", async () => {
  const warnings: Error[] = [];
  const listener = (warning: Error) => warnings.push(warning);
  process.on("warning", listener);
  for (let i = 0; i < 2; i++) {
    new Server({ pingTimout: 1, hostname: "x", PATH: "/" } as object);
  }
  await new Promise(setImmediate);
  process.off("warning", listener);
  expect(warnings.map(({ message }) => message)).toEqual([
    'unknown option "pingTimout"; did you mean "pingTimeout"?',
    'unknown option "PATH"; did you mean "path"?',
  ]);
});
