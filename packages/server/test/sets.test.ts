import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { SetsByKey } from "../src/room/sets.ts";

function filled(): SetsByKey {
  const sets = new SetsByKey();
  sets.addTo("one", "a");
  sets.addTo("two", "a");
  sets.addTo("two", "b");
  sets.addKey("none");
  return sets;
}

const SHOWN = new Map([
  ["one", new Set(["a"])],
  ["two", new Set(["a", "b"])],
  ["none", new Set<string>()],
]);

describe("a Map of Sets is one to everybody who reads it:", () => {
  test.each<[string, (sets: Map<string, Set<string>>) => unknown]>([
    ["compared", (sets) => sets],
    ["copied", (sets) => new Map(sets)],
    ["spread", (sets) => new Map([...sets])],
    ["by Array.from", (sets) => new Map(Array.from(sets))],
    ["by entries()", (sets) => new Map(sets.entries())],
    [
      "by keys() and values()",
      (sets) => {
        const values = [...sets.values()];
        return new Map([...sets.keys()].map((key, index) => [key, values[index]]));
      },
    ],
    ["by get()", (sets) => new Map([...sets.keys()].map((key) => [key, sets.get(key)]))],
    [
      "by forEach()",
      (sets) => {
        const copy = new Map<string, Set<string>>();
        sets.forEach((set, key, map) => {
          expect(map).toBe(sets);
          copy.set(key, set);
        });
        return copy;
      },
    ],
    [
      "by for",
      (sets) => {
        const copy = new Map<string, Set<string>>();
        for (const [key, set] of sets) {
          copy.set(key, set);
        }
        return copy;
      },
    ],
  ])("%s", (_name, read) => {
    expect(read(filled())).toEqual(SHOWN);
  });

  test("printed", () => {
    expect(inspect(filled())).toBe(inspect(SHOWN));
  });

  test("an instance, with a size, and without what is not there", () => {
    const sets = filled();
    expect(sets).toBeInstanceOf(Map);
    expect([sets.size, sets.has("none"), sets.has("other"), sets.get("other")]).toEqual([
      ...[3, true, false],
      undefined,
    ]);
  });
});

test("a Set that was handed out goes on showing what there is", () => {
  const sets = filled();
  const one = sets.get("one")!;
  sets.addTo("one", "b");
  sets.removeFrom("one", "a");
  expect(one).toEqual(new Set(["b"]));
  expect(sets.get("one")).toBe(one);
  expect([...sets.elements("one")]).toEqual(["b"]);
});

test("what others change in a Set that was handed out counts", () => {
  const sets = filled();
  sets.get("one")!.delete("a");
  sets.get("none")!.add("z");
  sets.set("new", new Set(["x"]));
  expect([sets.contains("one", "a"), sets.isEmpty("one")]).toEqual([false, true]);
  expect([sets.contains("none", "z"), sets.contains("new", "x")]).toEqual([true, true]);
});

test("an element is added once and removed once", () => {
  const sets = filled();
  expect([sets.addTo("one", "a"), sets.addTo("one", "b"), sets.addTo("one", "b")]).toEqual([
    ...[false, true, false],
  ]);
  expect([sets.removeFrom("two", "a"), sets.removeFrom("two", "a")]).toEqual([true, false]);
  expect([sets.removeFrom("none", "a"), sets.removeFrom("other", "a")]).toEqual([false, false]);
  expect([sets.isEmpty("two"), sets.removeFrom("two", "b"), sets.isEmpty("two")]).toEqual([
    ...[false, true, true],
  ]);
  expect(sets.has("two")).toBe(true);
});

test("elements need not be strings, whatever the types say", () => {
  const sets = new SetsByKey();
  for (const element of [undefined, null, 1, new Set()] as unknown as string[]) {
    const key = String(element);
    expect(sets.addTo(key, element)).toBe(true);
    expect(sets.addTo(key, element)).toBe(false);
    expect(sets.get(key)).toEqual(new Set([element]));
    expect(sets.removeFrom(key, element)).toBe(true);
    expect(sets.isEmpty(key)).toBe(true);
  }
});
