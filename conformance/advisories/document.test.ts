import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { ROWS } from "./rows.ts";

const path = fileURLToPath(new URL("../../docs/security.md", import.meta.url));

interface Line {
  readonly id: string;
  readonly title: string;
  readonly answer: string;
}

function tableOf(file: string, rows: readonly Line[]): string {
  const test = `[${file}](../conformance/advisories/${file})`;
  return [
    "| Id | Input | Answer | Test |",
    "| --- | --- | --- | --- |",
    ...rows.map(({ id, title, answer }) => `| ${id} | ${title} | ${answer} | ${test} |`),
  ].join("\n");
}

const BROWSER: readonly Line[] = [
  {
    id: "code from text",
    title: "a page with a strict Content-Security-Policy, each of the bundles",
    answer: "connects; no violation",
  },
];

test("docs/security.md has each row, its answer and its test, and no other", async () => {
  const text = readFileSync(path, "utf8");
  const mark = /^<!-- advisories: .* -->\n/m.exec(text)!;
  const head = text.slice(0, mark.index + mark[0].length);
  const tables = [
    ["Sent to servers:", tableOf("server.test.ts", ROWS.server)],
    ["Sent to clients, by a hostile server:", tableOf("client.test.ts", ROWS.client)],
    ["In Chromium:", tableOf("csp.test.ts", BROWSER)],
  ];
  const body = tables.map(([title, table]) => `\n${title}\n\n${table}\n`).join("");
  await expect(head + body).toMatchFileSnapshot(path);
});

test("no id names two rows of the same side", () => {
  for (const rows of [ROWS.server, ROWS.client]) {
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  }
});

test("every advisory known of the family is a row", () => {
  const tested = new Set(
    [...ROWS.server, ...ROWS.client].map(({ id }) => id.replace(/ \(.*\)$/, "")),
  );
  expect(KNOWN.filter((id) => !tested.has(id))).toEqual([]);
});

test("every file of rows is in the table", () => {
  const folder = fileURLToPath(new URL(".", import.meta.url));
  const files = readdirSync(folder).filter((name) => name.endsWith("-rows.ts"));
  const listed = readFileSync(`${folder}rows.ts`, "utf8");
  for (const file of files) expect(listed).toContain(`./${file}`);
});

/** Advisories of socket.io, engine.io, their clients and parsers, and what they build on, up to 2026-11. */
const KNOWN = [
  "CVE-2026-102599",
  "CVE-2026-102600",
  "CVE-2026-69185",
  "CVE-2026-33151",
  "CVE-2026-59725",
  "CVE-2026-59724",
  "engine.io 6.6.7",
  "CVE-2026-62389",
  "CVE-2026-48779",
  "CVE-2026-45736",
  "CVE-2026-1526",
  "CVE-2026-1528",
  "CVE-2026-2229",
  "CVE-2024-38355",
  "CVE-2024-37890",
  "CVE-2023-32695",
  "CVE-2023-31125",
  "CVE-2022-41940",
  "CVE-2022-2421",
  "CVE-2022-21676",
  "CVE-2021-32640",
  "CVE-2020-36048",
  "CVE-2020-36049",
  "CVE-2020-28481",
  "CVE-2020-28502",
  "CVE-2017-16031",
  "CVE-2016-10518",
  "CVE-2016-10542",
  "GHSA-5v72-xg48-5rpm",
  "CVE-2016-10536",
];
