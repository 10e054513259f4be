import { createServer, request } from "node:http";
import { expect, test, vi } from "vitest";
import { type BodyFailure, Exchange } from "../src/http/exchange.ts";
import { asEngineRequest } from "../src/http/request.ts";
import { fetchRaw, listen } from "./running-server.ts";

/** An HTTP server that makes an exchange of each request. */
async function serve(handle: (exchange: Exchange) => void): Promise<number> {
  return listen(
    createServer((req, response) => handle(new Exchange(asEngineRequest(req), response))),
  );
}

test("a reply has status, headers and body", async () => {
  const port = await serve((exchange) => exchange.reply(201, { "x-a": "b" }, "text"));
  expect(await fetchRaw(port, "/")).toMatchObject({
    status: 201,
    headers: { "x-a": "b" },
    body: "text",
  });
});

test("the first reply counts", async () => {
  const port = await serve((exchange) => {
    exchange.reply(200, {}, "first");
    exchange.reply(500, {}, "second");
  });
  expect(await fetchRaw(port, "/")).toMatchObject({ status: 200, body: "first" });
});

test("method, headers and query are read from the request", async () => {
  const seen = vi.fn();
  const port = await serve((exchange) => {
    const { method, request } = exchange;
    seen(method, exchange.header("x-a"), exchange.header("x-none"), request._query);
    exchange.reply(200);
  });
  await fetchRaw(port, "/p?a=1&a=2&__proto__=3&b=%C3%A9&c", {
    method: "PUT",
    headers: { "x-a": "b" },
  });
  const [method, known, unknown, query] = seen.mock.calls[0]!;
  expect([method, known, unknown]).toEqual(["PUT", "b", ""]);
  // The last of a name given twice; a parameter called __proto__ is only a parameter.
  expect(Object.entries(query)).toEqual([
    ["a", "2"],
    ["__proto__", "3"],
    ["b", "é"],
    ["c", ""],
  ]);
  expect(Object.getPrototypeOf(query)).toBe(Object.prototype);
});

test("a peer that goes away before the reply is noticed, once", async () => {
  const gone = vi.fn();
  const held = deferred<Exchange>();
  const port = await serve((exchange) => {
    exchange.onGone(gone);
    held.resolve(exchange);
  });
  const peer = request({ port, host: "127.0.0.1" }).on("error", () => {});
  peer.end();
  const exchange = await held.promise;
  peer.destroy();
  await vi.waitFor(() => expect(gone).toHaveBeenCalledOnce());
  exchange.reply(200, {}, "too late");
  expect(gone).toHaveBeenCalledOnce();
});

test("a peer that was answered is not gone", async () => {
  const gone = vi.fn();
  const closed = deferred<void>();
  const port = await serve((exchange) => {
    exchange.onGone(gone);
    exchange.request.socket.on("close", () => closed.resolve());
    exchange.reply(200);
  });
  await fetchRaw(port, "/");
  await closed.promise;
  expect(gone).not.toHaveBeenCalled();
});

/** What `readBody` answers to one request. */
async function readBody(
  limit: number,
  send: (port: number) => unknown,
): Promise<[failure: BodyFailure | undefined, body: string]> {
  const result = deferred<[BodyFailure | undefined, string]>();
  const calls = vi.fn();
  const port = await serve((exchange) =>
    exchange.readBody(limit, (failure, body) => {
      calls();
      exchange.reply(failure ? 413 : 200);
      result.resolve([failure, body.toString()]);
    }),
  );
  await send(port);
  const answer = await result.promise;
  await new Promise(setImmediate);
  expect(calls).toHaveBeenCalledOnce();
  return answer;
}

test("a body of exactly the limit is read, in bytes rather than characters", async () => {
  const post = (body: string) => (port: number) => fetchRaw(port, "/", { method: "POST", body });
  expect(await readBody(4, post("éé"))).toEqual([undefined, "éé"]);
  expect(await readBody(3, post("éé"))).toEqual(["too large", ""]);
  expect(await readBody(10, post(""))).toEqual([undefined, ""]);
});

test("a character that two chunks share is read whole", async () => {
  const bytes = Buffer.from("a€b");
  const answer = await readBody(100, async (port) => {
    const peer = request({ port, host: "127.0.0.1", method: "POST" }).on("error", () => {});
    peer.write(bytes.subarray(0, 2));
    await new Promise(setImmediate);
    peer.end(bytes.subarray(2));
  });
  expect(answer).toEqual([undefined, "a€b"]);
});

test("a body without a length is given up as soon as it is too large", async () => {
  const answer = await readBody(10, (port) => {
    const peer = request({ port, host: "127.0.0.1", method: "POST" }).on("error", () => {});
    // Never ended: the rest is not waited for.
    peer.write("x".repeat(11));
  });
  expect(answer).toEqual(["too large", ""]);
});

test("a body that breaks off is told", async () => {
  const answer = await readBody(10, async (port) => {
    const peer = request({
      port,
      host: "127.0.0.1",
      method: "POST",
      headers: { "content-length": 5 },
    }).on("error", () => {});
    await new Promise<void>((resolve) => void peer.write("abc", () => resolve()));
    peer.destroy();
  });
  expect(answer[0]).toBe("aborted");
});

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
