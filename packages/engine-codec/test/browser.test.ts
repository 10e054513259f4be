import { fileURLToPath } from "node:url";
import { launchChromium } from "@hawser/testkit";
import { build } from "esbuild";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** What a script prints that has the library as `parser`, in a browser. */
async function printed(library: string, script: string): Promise<unknown> {
  const { outputFiles } = await build({
    stdin: { contents: `export * from ${JSON.stringify(library)}`, resolveDir: root },
    bundle: true,
    write: false,
    format: "iife",
    globalName: "parser",
    platform: "browser",
  });
  const page = await browser.newPage();
  await page.addScriptTag({ content: outputFiles[0]!.text });
  const result = await page.evaluate(script);
  await page.close();
  return result;
}

const SCRIPT = `(async () => {
  const show = async (value) => {
    if (value instanceof Blob) return ["Blob", ...new Uint8Array(await value.arrayBuffer())];
    if (value instanceof ArrayBuffer) return ["ArrayBuffer", ...new Uint8Array(value)];
    if (ArrayBuffer.isView(value))
      return [value.constructor.name, ...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)];
    if (Array.isArray(value)) return Promise.all(value.map(show));
    if (typeof value === "object" && value !== null)
      return Promise.all(Object.entries(value).map(async ([key, item]) => [key, await show(item)]));
    return value;
  };
  const encoded = (packet, binary) =>
    new Promise((resolve) => parser.encodePacket(packet, binary, resolve));
  const bytes = Uint8Array.of(1, 2, 3);
  const inputs = [bytes, bytes.buffer, new Blob(["abc"]), new File(["abc"], "x"), "text", undefined];
  const output = [];
  for (const data of inputs)
    for (const binary of [true, false])
      output.push(await show(await encoded({ type: "message", data }, binary)));
  output.push(await new Promise((resolve) =>
    parser.encodePayload(inputs.map((data) => ({ type: "message", data })), resolve)));
  for (const type of [undefined, "nodebuffer", "arraybuffer", "blob"])
    for (const frame of [bytes, bytes.buffer, "bAQID", "bAQ==", "b", "4x", "9", ""])
      output.push(await show(parser.decodePacket(frame, type)));
  output.push(await show(parser.decodePacket(new Blob(["abc"]), "blob")));
  for (const type of ["arraybuffer", "blob"]) {
    const { readable, writable } = parser.createPacketDecoderStream(100, type);
    writable.getWriter().write(Uint8Array.of(0x83, 1, 2, 3, 5, 98, 65, 81, 61, 61, 2, 52, 120));
    const reader = readable.getReader();
    for (let i = 0; i < 2; i++) output.push(await show((await reader.read()).value));
  }
  const { readable, writable } = parser.createPacketEncoderStream();
  const reader = readable.getReader();
  const writer = writable.getWriter();
  for (const data of inputs.filter((input) => !(input instanceof Blob))) {
    writer.write({ type: "message", data });
    output.push(await show([(await reader.read()).value, (await reader.read()).value]));
  }
  return output;
})()`;

test("answers as engine.io-parser does in a browser, Blobs included", async () => {
  const index = fileURLToPath(new URL("../src/index.ts", import.meta.url));
  const mine = await printed(index, SCRIPT);
  expect(mine).toEqual(await printed("engine.io-parser", SCRIPT));
  expect(JSON.stringify(mine)).toContain('["Blob",1,2,3]');
});
