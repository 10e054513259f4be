/** What the documentation of engine.io says of its server; the same script for it and for ours. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as official from "engine.io";
import { describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import * as ours from "../packages/server/src/engine.ts";
import { pause, until } from "../packages/testkit/src/waiting.ts";
import { http, SEPARATOR } from "../packages/testkit/src/wire.ts";

type Options = NonNullable<Parameters<typeof ours.attach>[1]>;
type Engine = ours.Server;

const POLLING = "/engine.io/?EIO=4&transport=polling";
const MODULES = [
  { name: "engine.io", module: official as unknown as typeof ours },
  { name: "@hawser/server/engine", module: ours },
];

describe.each(MODULES)("the documented server of $name", ({ module }) => {
  async function serve(options: Options, prepare = (_engine: Engine) => {}) {
    const server = createServer();
    const engine = module.attach(server, { allowEIO3: false, ...options });
    prepare(engine);
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    onTestFinished(() => {
      engine.close();
      server.close();
    });
    return { engine, port: (server.address() as AddressInfo).port };
  }

  async function open(port: number): Promise<string> {
    const { text } = await http({ port, path: POLLING });
    return /"sid":"([^"]+)"/.exec(text)?.[1] ?? "";
  }

  function connect(port: number, query = ""): { ws: WebSocket; frames: string[] } {
    const url = `ws://127.0.0.1:${port}/engine.io/?EIO=4&transport=websocket${query}`;
    const ws = new WebSocket(url);
    const frames: string[] = [];
    ws.on("message", (frame) => frames.push(String(frame)));
    ws.on("close", () => frames.push("closed"));
    onTestFinished(() => ws.terminate());
    return { ws, frames };
  }

  it.each([
    [5, "45"],
    [true, "4true"],
    [null, "4"],
    [{ toString: () => "own" }, "4own"],
    [["a", "b"], "4a,b"],
  ])("send(%s) sends the text of what is no bytes, and goes on", async (value, frame) => {
    const { port } = await serve({}, (engine) =>
      engine.on("connection", (socket) => {
        expect(socket.send(value as string)).toBe(socket);
        socket.send("next");
      }),
    );
    const { frames } = connect(port);
    await until(() => frames.length > 2);
    expect(frames.slice(1)).toEqual([frame, "4next"]);
    const path = `${POLLING}&sid=${await open(port)}`;
    let polled: string[] = [];
    while (polled.length < 2) {
      polled = [...polled, ...(await http({ port, path })).text.split(SEPARATOR)];
    }
    expect(polled).toEqual([frame, "4next"]);
  });

  it.each([
    ["a reason", 403, '{"code":4,"message":"a reason"}'],
    [null, 403, '{"code":4,"message":"Forbidden"}'],
    [undefined, 403, '{"code":4,"message":"Forbidden"}'],
    [3, 403, '{"code":4,"message":3}'],
  ])("allowRequest that refuses with %s", async (error, status, body) => {
    const contexts: unknown[] = [];
    const allowRequest: Options["allowRequest"] = (_request, answer) =>
      answer(error as string, false);
    const { port } = await serve({ allowRequest }, (engine) =>
      engine.on("connection_error", ({ context }) => contexts.push(context)),
    );
    const response = await http({ port, path: POLLING });
    expect([response.status, response.text]).toEqual([status, body]);
    expect(contexts).toStrictEqual([{ message: error }]);
  });

  it("a middleware that fails is a bad request with a name", async () => {
    const contexts: unknown[] = [];
    const { port } = await serve({}, (engine) => {
      engine.use((_request, _response, next) => next(new Error("no")));
      engine.on("connection_error", ({ code, context }) => contexts.push([code, context]));
    });
    const { status, text } = await http({ port, path: POLLING });
    expect([status, text]).toEqual([400, '{"code":3,"message":"Bad request"}']);
    expect(contexts).toStrictEqual([[3, { name: "MIDDLEWARE_FAILURE" }]]);
  });

  it("cors: true allows all origins", async () => {
    const { port } = await serve({ cors: true as never });
    const { status, headers } = await http({
      port,
      path: POLLING,
      headers: { origin: "http://a" },
    });
    expect([status, headers["access-control-allow-origin"]]).toEqual([200, "*"]);
  });

  it("a packet that cannot be read ends the session without a description", async () => {
    const closes: unknown[] = [];
    const { port } = await serve({}, (engine) =>
      engine.on("connection", (socket) =>
        socket.on("close", (...args: unknown[]) => closes.push(args)),
      ),
    );
    const sid = await open(port);
    await http({ port, path: `${POLLING}&sid=${sid}`, body: "abc" });
    await until(() => closes.length > 0);
    expect(closes).toEqual([["parse error", undefined]]);
  });

  it("every probe is answered, and the upgrade is told once", async () => {
    const events: string[] = [];
    const { port } = await serve({}, (engine) =>
      engine.on("connection", (socket) => {
        socket.on("upgrade", ({ name }: { name: string }) => events.push(name));
        socket.on("message", (message: string) => events.push(message));
      }),
    );
    const { ws, frames } = connect(port, `&sid=${await open(port)}`);
    await new Promise((opened) => ws.once("open", opened));
    for (const frame of ["2probe", "2probe", "5", "4late"]) {
      ws.send(frame);
      await pause(20);
    }
    await until(() => events.length > 1);
    expect(events).toEqual(["websocket", "late"]);
    expect(frames).toEqual(["3probe", "3probe"]);
  });

  it("a WebSocket transport gives access to its WebSocket", async () => {
    const seen: unknown[] = [];
    const { port } = await serve({}, (engine) =>
      engine.on("connection", ({ transport }) => {
        const { socket } = transport as unknown as { socket: WebSocket };
        seen.push(socket.readyState, socket.bufferedAmount);
      }),
    );
    const { frames } = connect(port);
    await until(() => frames.length > 0);
    expect(seen[0]).toBe(WebSocket.OPEN);
  });
});
