/** The same script for socket.io-client and for this one: what must be true of both. */
import { createServer, type IncomingMessage } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import * as officialClient from "socket.io-client";
import { describe, expect, onTestFinished, test } from "vitest";
import * as ours from "../src/index.ts";
import required from "../src/require.ts";
import { disposable, next, officialServer } from "./official-server.ts";

type Client = Pick<typeof ours, "io" | "Manager" | "Fetch">;

const LIBRARIES: [name: string, library: Client][] = [
  ["socket.io-client", officialClient as unknown as Client],
  ["@hawser/client", ours],
];

const NOWHERE = "http://127.0.0.1:9";
const idle = { autoConnect: false, forceNew: true };

/** A server that refuses every request, and tells what they were. */
async function refusingServer(): Promise<{ url: string; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    response.writeHead(403).end("go away");
  });
  server.on("upgrade", (request, socket) => {
    requests.push(request);
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

test("the names are those of socket.io-client, and more", () => {
  expect(Object.keys(ours)).toEqual(expect.arrayContaining(Object.keys(officialClient)));
  const official = createRequire(import.meta.url)("socket.io-client");
  expect(Object.keys(required).sort()).toEqual(Object.keys(official).sort());
  expect(ours.protocol).toBe(officialClient.protocol);
});

describe.each(LIBRARIES)("%s", (_, { io, Manager, Fetch }) => {
  test.each([
    [undefined, "0"],
    [{}, "0{}"],
    [{ token: 1 }, '0{"token":1}'],
    [(send: (data: object) => void) => send({ token: 2 }), '0{"token":2}'],
    [(send: () => void) => send(), "0"],
  ])("joins with the credentials %j as %s", async (auth, frame) => {
    const { io: server, url } = await officialServer();
    const frames: unknown[] = [];
    server.engine.on("connection", (peer: { on: typeof server.on }) =>
      peer.on("data" as never, ((data: unknown) => frames.push(data)) as never),
    );
    const options = { forceNew: true, transports: ["websocket"] };
    const socket = disposable(io(url, auth ? { ...options, auth: auth as never } : options));
    await next(socket, "connect");
    expect(frames).toEqual([frame]);
    expect(socket.auth).toBe(auth);
  });

  test("a Manager has its sockets by name", () => {
    const manager = new Manager(NOWHERE, idle);
    const socket = manager.socket("/a");
    expect(Object.keys(manager.nsps)).toEqual(["/a"]);
    expect(manager.nsps["/a"]).toBe(socket);
    expect([manager._readyState, manager.uri, manager.opts.path, manager.opts.parser]).toEqual([
      "closed",
      NOWHERE,
      "/socket.io",
      undefined,
    ]);
    expect(manager._reconnecting).toBeFalsy();
  });

  test("the query of a uri is the query of the Manager, unless options have one", () => {
    const query = (uri: string, opts = {}) => io(uri, { ...idle, ...opts }).io.opts.query;
    expect(query(`${NOWHERE}/n?a=1&b=2`)).toEqual({ a: "1", b: "2" });
    expect(query(`${NOWHERE}/n?a=1`, { query: { c: 3 } })).toEqual({ c: 3 });
    expect(query(`${NOWHERE}/n`)).toBeUndefined();
  });

  test.each<[options: ours.ClientOptions, path: string]>([
    [{}, "/socket.io/?EIO=4&transport=polling&t=T"],
    [
      { query: { a: "x y", b: ["p", "q"], c: null } },
      "/socket.io/?a=x%20y&b=p%2Cq&c=null&EIO=4&transport=polling&t=T",
    ],
    [{ timestampRequests: false, query: { a: 1 } }, "/socket.io/?a=1&EIO=4&transport=polling"],
    [{ path: "/p", addTrailingSlash: false }, "/p?EIO=4&transport=polling&t=T"],
    [{ transportOptions: { polling: { path: "/q" } } }, "/q?EIO=4&transport=polling&t=T"],
    [{ transports: ["websocket"] }, "/socket.io/?EIO=4&transport=websocket"],
  ])("with %j it asks for %s", async (options, path) => {
    const { url, requests } = await refusingServer();
    const socket = disposable(io(url, { forceNew: true, reconnection: false, ...options }));
    await next(socket, "connect_error");
    expect(requests.map((request) => request.url?.replace(/&t=[^&]+$/, "&t=T"))).toEqual([path]);
  });

  test("polling requests carry headers that firewalls know", async () => {
    const { url, requests } = await refusingServer();
    const extraHeaders = { "X-Own": "1" };
    const socket = disposable(io(url, { forceNew: true, reconnection: false, extraHeaders }));
    await next(socket, "connect_error");
    expect(requests[0]?.headers).toMatchObject({
      "user-agent": "node-XMLHttpRequest",
      accept: "*/*",
      "x-own": "1",
    });
  });

  test.each([
    ["xhr poll error", ["polling"] as const, 403, { status: 403 }],
    ["fetch read error", ["fetch"] as const, 403, { status: 403 }],
    ["websocket error", ["websocket"] as const, { type: "error" }, undefined],
  ])("a refused request is a %s", async (message, [name], description, context) => {
    const { url } = await refusingServer();
    const transports = [name === "fetch" ? Fetch : name];
    const socket = disposable(io(url, { forceNew: true, reconnection: false, transports }));
    const [error] = (await next(socket, "connect_error")) as [ours.TransportError];
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ message, type: "TransportError" });
    expect(error.description).toEqual(
      typeof description === "number" ? description : expect.objectContaining(description),
    );
    expect(error.context).toEqual(context && expect.objectContaining(context));
    expect(socket.active).toBe(true);
  });

  test("without an answer the status is 0", async () => {
    const socket = disposable(io(NOWHERE, { forceNew: true, reconnection: false }));
    const [error] = (await next(socket, "connect_error")) as [ours.TransportError];
    expect([error.message, error.description]).toEqual(["xhr poll error", 0]);
    expect(error.context).toMatchObject({ status: 0 });
  });

  test("events of an attempt, and of giving up, have their order", async () => {
    const manager = new Manager(NOWHERE, {
      ...idle,
      reconnectionDelay: 10,
      reconnectionAttempts: 2,
      randomizationFactor: 0,
    });
    const log: unknown[] = [];
    const names = ["error", "reconnect_attempt", "reconnect_error", "reconnect_failed", "close"];
    for (const name of names as "error"[]) {
      manager.on(name, (about: unknown) => log.push([name, (about as Error)?.message ?? about]));
    }
    const failed = next(manager, "reconnect_failed");
    manager.open();
    await failed;
    await new Promise((resolve) => setTimeout(resolve, 10));
    const error = ["error", "xhr poll error"];
    const again = ["reconnect_error", "xhr poll error"];
    expect(log).toEqual([
      error,
      ...[["reconnect_attempt", 1], error, again],
      ...[["reconnect_attempt", 2], error, ["reconnect_failed", undefined], again],
    ]);
  });

  test("settings can be read and changed", () => {
    const manager = new Manager(NOWHERE, {
      ...idle,
      reconnectionAttempts: 0,
      reconnectionDelay: 0,
    });
    expect(manager.reconnectionAttempts()).toBe(Number.POSITIVE_INFINITY);
    expect(manager.reconnectionDelay()).toBe(1000);
    expect(manager.reconnectionDelayMax(7)).toBe(manager);
    expect(manager.randomizationFactor(0.1).timeout(false).reconnection(false)).toBe(manager);
    expect([
      manager.reconnectionDelayMax(),
      manager.randomizationFactor(),
      manager.timeout(),
      manager.reconnection(),
    ]).toEqual([7, 0.1, false, false]);
  });
});

test("the context of a refused request has the answer", async () => {
  const { url } = await refusingServer();
  const socket = disposable(ours.io(url, { forceNew: true, reconnection: false }));
  const [error] = (await next(socket, "connect_error")) as [ours.TransportError];
  expect(error.context).toMatchObject({ statusText: "Forbidden", responseText: "go away" });
});
