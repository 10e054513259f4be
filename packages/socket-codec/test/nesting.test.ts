import { expect, test } from "vitest";
import { Assembler, DecodeError, nestsTooDeep } from "../src/packets.ts";

const LIMIT = 1000;
const arrays = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);
const objects = (levels: number): string =>
  `${'{"a":'.repeat(levels - 1)}{}${"}".repeat(levels - 1)}`;

/** Each level an array around an object, with values on both sides. */
const mixed = (levels: number): string =>
  `${'["[{",1,{"b":0,"a":'.repeat(levels / 2)}null${"},2]".repeat(levels / 2)}`;

/** An event with that many levels, its own array being one of them. */
const event = (json: string): string => `2["x",${json}]`;

const filler = JSON.stringify(Array.from({ length: 2000 }, (_, i) => ({ i, list: [[]] })));

test.each([
  ["arrays", arrays],
  ["objects", objects],
])("%s nest up to the limit", (_name, make) => {
  const assembler = new Assembler({ refuses: nestsTooDeep });
  expect(assembler.add(event(make(LIMIT - 1)))).toBeDefined();
  expect(() => assembler.add(event(make(LIMIT)))).toThrow(DecodeError);
  expect(() => assembler.add(event(`0,${make(LIMIT)}`))).toThrow("nested too deep");
});

test.each([
  ["first", (json: string) => `${json},${filler}`],
  ["last", (json: string) => `${filler},${json}`],
  ["in the middle", (json: string) => `${filler},{"a":[${json}]},${filler}`],
])("depth is found %s among many values", (_name, place) => {
  const assembler = new Assembler({ refuses: nestsTooDeep });
  expect(assembler.add(event(place(mixed(LIMIT - 4))))).toBeDefined();
  expect(() => assembler.add(event(place(mixed(LIMIT))))).toThrow("nested too deep");
});

test.each([
  ["many values side by side", filler],
  ["brackets in strings", JSON.stringify(["[".repeat(3000), '"{\\'.repeat(3000)])],
  ["a long string", JSON.stringify("x".repeat(10_000))],
])("%s are no depth", (_name, json) => {
  const packet = new Assembler({ refuses: nestsTooDeep }).add(event(json));
  expect(packet?.data).toEqual(["x", JSON.parse(json)]);
});

test("packets with attachments are held to it before their bytes come", () => {
  const assembler = new Assembler({ refuses: nestsTooDeep });
  expect(() => assembler.add(`51-["x",${arrays(LIMIT)}]`)).toThrow("nested too deep");
  expect(assembler.add('2["y"]')?.data).toEqual(["y"]);
});

test("without the check any depth is read", () => {
  expect(new Assembler().add(event(arrays(5 * LIMIT)))).toBeDefined();
});
