import { inspect } from "node:util";
import { expect, test } from "vitest";
import { asObject } from "../src/session/clients.ts";

test("a Map reads as an object with its keys", () => {
  const map = new Map([
    ["a", 1],
    ["__proto__", 2],
  ]);
  const object = asObject(map);
  map.set("b", 3);
  expect(object.a).toBe(1);
  expect(object.b).toBe(3);
  expect(object.c).toBeUndefined();
  expect(Object.keys(object)).toEqual(["a", "__proto__", "b"]);
  expect(Object.values(object)).toEqual([1, 2, 3]);
  expect(Object.hasOwn(object, "a")).toBe(true);
  expect(Object.hasOwn(object, "toString")).toBe(false);
  expect("b" in object && !("c" in object)).toBe(true);
  // What every object inherits.
  expect(String(object)).toBe("[object Object]");
  expect({ ...object }).toEqual({ a: 1, ["__proto__"]: 2, b: 3 });
  expect(inspect(object)).toBe("{ a: 1, ['__proto__']: 2, b: 3 }");
});

test("what is set or deleted there is in the Map", () => {
  const map = new Map([["a", 1]]);
  const object = asObject(map);
  object.b = 2;
  delete object.a;
  delete object.c;
  expect([...map]).toEqual([["b", 2]]);
});
