import { describe, expect, test } from "vitest";
import { Server as Engine } from "../src/engine.ts";
import { HawserTypeError, Server } from "../src/index.ts";
import { resolveLimits } from "../src/limits/limits.ts";

const OPTIONS = { maxHttpBufferSize: 1e6, pingInterval: 25_000, pingTimeout: 20_000 };

describe("the limits", () => {
  test("have their documented defaults", () => {
    expect(resolveLimits(OPTIONS)).toEqual({
      packetsPerPayload: 10_000,
      attachments: 10,
      attachmentBytes: 10_000_000,
      packetTime: 45_000,
      namespaces: 256,
      dynamicNamespaces: 100_000,
      rooms: 100_000,
      namespaceLength: 1024,
      eventNameLength: 1024,
      pendingAcks: 10_000,
      connections: 250_000,
      connectionsPerAddress: Number.POSITIVE_INFINITY,
      handshakesPerSecond: Number.POSITIVE_INFINITY,
      trustedProxies: 0,
      urlLength: 15_000,
      pollGap: Number.POSITIVE_INFINITY,
    });
  });

  test("grow with what the application lets clients send, and how long it waits for them", () => {
    const generous = { maxHttpBufferSize: 1e8, pingInterval: 25_000, pingTimeout: 300_000 };
    expect(resolveLimits(generous)).toMatchObject({ attachmentBytes: 1e9, packetTime: 325_000 });
    const hasty = { maxHttpBufferSize: 1e6, pingInterval: 100, pingTimeout: 100 };
    expect(resolveLimits(hasty).packetTime).toBe(30_000);
  });

  test("are set one by one; the others keep their defaults", () => {
    const limits = { rooms: 5, attachments: Number.POSITIVE_INFINITY, namespaces: undefined };
    const io = new Server({ limits });
    expect(io.limits).toEqual({ ...resolveLimits(OPTIONS), rooms: 5, attachments: Infinity });
    expect(new Engine({ limits, maxHttpBufferSize: 10 }).opts.limits).toMatchObject({
      rooms: 5,
      attachmentBytes: 100,
    });
  });

  test.each([
    ["rooms", "many"],
    ["rooms", 0],
    ["namespaces", Number.NaN],
    ["trustedProxies", -1],
    ["packetTime", 0],
  ])("limits.%s cannot be %s", (name, value) => {
    const make = () => new Server({ limits: { [name]: value } as never });
    expect(make).toThrow(HawserTypeError);
    expect(make).toThrow(`option "limits.${name}" must be a number`);
    expect(() => new Engine({ limits: { [name]: value } as never })).toThrow(HawserTypeError);
  });

  test("are an object", () => {
    expect(() => new Server({ limits: 5 as never })).toThrow('option "limits" must be an object');
  });

  test("a misspelt one is warned of", async () => {
    const warned = new Promise<Error>((resolve) => process.once("warning", resolve));
    new Server({ limits: { namespace: 5 } as never });
    expect((await warned).message).toBe('unknown option "namespace"; did you mean "namespaces"?');
  });
});
