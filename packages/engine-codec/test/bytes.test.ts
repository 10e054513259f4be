import { expect, test } from "vitest";
import { bytesOf } from "../src/frames.ts";

const { buffer } = Uint8Array.of(0, 1, 2, 3, 4, 0);

test.each([
  ["an ArrayBuffer", buffer.slice(1, 5)],
  ["a DataView", new DataView(buffer, 1, 4)],
  ["a Uint8Array", new Uint8Array(buffer, 1, 4)],
  ["a Uint16Array", new Uint16Array(buffer.slice(1, 5))],
  ["a Buffer", Buffer.from(buffer, 1, 4)],
])("the bytes of %s are those it shows, not copied", (_name, data) => {
  const bytes = bytesOf(data);
  expect([...bytes]).toEqual([1, 2, 3, 4]);
  expect(bytes.buffer).toBe(ArrayBuffer.isView(data) ? data.buffer : data);
});
