import { gunzipSync, inflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { chooseEncoding, isWorthCompressing } from "../src/transport/compression.ts";
import { fetchRaw, next, openPolling, openWebSocket, start } from "./running-server.ts";

test.each<[accepted: string, encoding: string | undefined]>([
  ["gzip", "gzip"],
  ["deflate", "deflate"],
  ["deflate, GZIP", "gzip"],
  ["gzip;q=0, deflate", "deflate"],
  ["gzip; q=0.0 , deflate;q=0", undefined],
  ["gzip;q=0.1", "gzip"],
  ["br", undefined],
  ["", undefined],
  ["xgzip", undefined],
])("Accept-Encoding: %j chooses %j", (accepted, encoding) => {
  expect(chooseEncoding(accepted)).toBe(encoding);
});

test("the threshold counts for options, and where there is none every size is compressed", () => {
  expect(isWorthCompressing({ threshold: 10 }, 9)).toBe(false);
  expect(isWorthCompressing({ threshold: 10 }, 10)).toBe(true);
  expect(isWorthCompressing({}, 1)).toBe(true);
  expect(isWorthCompressing(true, 1)).toBe(true);
  expect(isWorthCompressing(false, 10_000)).toBe(false);
});

describe("polling responses", () => {
  const text = "x".repeat(2000);

  /** The response to the poll that brings a message. */
  async function poll(options: object, accepted: string, compress?: boolean) {
    const { io, port } = await start(options);
    const path = await openPolling(port);
    const [session] = Object.values(io.engine.clients);
    session!.send(text, { compress });
    return fetchRaw(port, path, { headers: { "accept-encoding": accepted } });
  }

  test.each([
    ["gzip", gunzipSync],
    ["deflate", inflateSync],
  ])("are compressed by %s from 1024 bytes on, without a length", async (encoding, decode) => {
    const { headers, bytes } = await poll({}, encoding);
    expect(headers["content-encoding"]).toBe(encoding);
    expect(headers).not.toHaveProperty("content-length");
    expect(String(decode(bytes))).toBe(`4${text}`);
  });

  test.each<[name: string, options: object, accepted: string, compress?: boolean]>([
    ["where the client accepts nothing", {}, ""],
    ["with httpCompression: false", { httpCompression: false }, "gzip"],
    ["below the threshold", { httpCompression: { threshold: 5000 } }, "gzip"],
    ["for packets that say so", {}, "gzip", false],
  ])("are sent as they are %s", async (_name, options, accepted, compress) => {
    const { headers, body } = await poll(options, accepted, compress);
    expect(headers).not.toHaveProperty("content-encoding");
    expect(headers["content-length"]).toBe("2001");
    expect(body).toBe(`4${text}`);
  });
});

describe("permessage-deflate", () => {
  const open = async (port: number): Promise<WebSocket> => {
    const ws = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
    await next(ws, "open");
    return ws;
  };

  test("is not agreed to by default", async () => {
    const { port } = await start();
    const ws = await open(port);
    expect(ws.extensions).toBe("");
    ws.terminate();
  });

  test("is agreed to when enabled, and carries messages whole", async () => {
    const { io, port } = await start({ perMessageDeflate: true });
    const ws = await open(port);
    expect(ws.extensions).toBe("permessage-deflate");
    ws.terminate();
    const opened = next(io.engine, "connection");
    const peer = await openWebSocket(port);
    const [session] = (await opened) as [{ send(data: string): void }];
    await peer.read();
    session.send("x".repeat(100_000));
    expect(await peer.read()).toBe(`4${"x".repeat(100_000)}`);
  });
});
