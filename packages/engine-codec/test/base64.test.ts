import { afterEach, describe, expect, test, vi } from "vitest";
import * as withBuffer from "../src/base64.ts";

/** The same module in a runtime that has no Buffer, such as a browser. */
async function loadWithoutBuffer(): Promise<typeof withBuffer> {
  const { Buffer } = globalThis;
  vi.resetModules();
  Reflect.deleteProperty(globalThis, "Buffer");
  try {
    return await import("../src/base64.ts");
  } finally {
    globalThis.Buffer = Buffer;
  }
}

afterEach(() => {
  vi.resetModules();
});

describe.each([
  ["with Buffer", () => Promise.resolve(withBuffer)],
  ["without Buffer", loadWithoutBuffer],
])("%s", (_name, load) => {
  test.each([
    ["", ""],
    ["f", "Zg=="],
    ["fo", "Zm8="],
    ["foo", "Zm9v"],
    ["foob", "Zm9vYg=="],
    ["fooba", "Zm9vYmE="],
    ["foobar", "Zm9vYmFy"],
    ["\u00fb\u00ff\u00bf", "+/+/"],
  ])("%j is %j", async (text, base64) => {
    const { decodeBase64, encodeBase64 } = await load();
    const bytes = Uint8Array.from(text, (c) => c.charCodeAt(0));
    expect(encodeBase64(bytes)).toBe(base64);
    expect(encodeBase64(bytes.buffer)).toBe(base64);
    expect([...decodeBase64(base64)!]).toEqual([...bytes]);
  });

  test.each(["%", "Zg=Zg", "Zm9v====", "Zm 9v", "Zm9v\n", "_-", "é"])(
    "%j is not base64",
    async (text) => {
      const { decodeBase64 } = await load();
      expect(decodeBase64(text)).toBeUndefined();
    },
  );

  test("a view is encoded from its offset", async () => {
    const { encodeBase64 } = await load();
    const view = new DataView(Uint8Array.of(0, 1, 2, 3, 4, 0).buffer, 1, 4);
    expect(encodeBase64(view)).toBe("AQIDBA==");
  });

  test("more bytes than a function takes arguments survive", async () => {
    const { decodeBase64, encodeBase64 } = await load();
    const bytes = new Uint8Array(300_001).map((_, i) => i * 31);
    expect(Buffer.compare(decodeBase64(encodeBase64(bytes))!, bytes)).toBe(0);
  });
});
