import { expect, test } from "vitest";

const { compatibility } = await import(
  new URL("../scripts/compatibility.mjs", import.meta.url).href
);

const pair = (server: string, client: string, outcomes: Record<string, string>) => ({
  server: { name: server, release: `${server} 1.0` },
  client: { name: client, release: `${client} 2.0` },
  modes: ["polling", "upgrade"],
  subjects: { connect: "connecting", auth: "credentials", rooms: "rooms" },
  left: [
    { mode: "upgrade", shows: "auth", sentence: "takes any", reasons: ["cannot"] },
    { mode: "upgrade", shows: "auth", sentence: "takes two", reasons: ["cannot"] },
    { mode: "upgrade", shows: "rooms", sentence: "has rooms", reasons: ["cannot", "will not"] },
  ],
  tests: Object.entries(outcomes).map(([meta, status]) => {
    const [mode, shows] = meta.split(" ");
    return { title: meta, status, meta: { mode, shows } };
  }),
});

test("ticks what passed, crosses what failed, and says why a cell is empty", () => {
  const outcomes = {
    "polling connect": "passed",
    "polling auth": "passed",
    "polling rooms": "failed",
    "polling other": "passed",
    "upgrade connect": "passed",
    "upgrade auth": "passed",
  };
  const text: string = compatibility([pair("hawser", "old", outcomes)], new Date("2026-01-02"));
  expect(text).toContain("on 2026-01-02,");
  expect(text).toContain("| old 2.0 | polling | ✓ | ✓ | ✗ | ✗ 3 of 4 |");
  expect(text).toContain("| old 2.0 | upgrade | ✓ | ✓[^1] | [^2] | 2 |");
  expect(text).toContain("[^1]: Left out, because cannot: “takes any”, “takes two”.");
  expect(text).toContain("[^2]: Left out, because cannot; will not: “has rooms”.");
});

test("has a table for each role of ours, older peers first, and one for the others", () => {
  const all = [
    pair("hawser", "b", {}),
    pair("hawser", "a", {}),
    pair("old", "hawser", {}),
    pair("old", "a", {}),
  ];
  const text: string = compatibility(all, new Date());
  const [, clients, servers, control] = text.split("\n## ");
  expect([...clients!.matchAll(/^\| (\w+ 2\.0) \| upgrade/gm)].map(([, name]) => name)).toEqual([
    "a 2.0",
    "b 2.0",
  ]);
  expect(servers).toContain("| old 1.0 | polling |");
  expect(control).toContain("| old 1.0 ← a 2.0 | polling |");
});
