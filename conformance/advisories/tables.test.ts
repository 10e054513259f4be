import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const packages = fileURLToPath(new URL("../../packages/", import.meta.url));

/** The others, with the reason why no name from outside can lead to what every object has. */
const KNOWN: Readonly<Record<string, string>> = {
  "server/src/http/request.ts":
    "looked up by fixed names; with __proto__ in a query, Object.fromEntries reads it",
  "server/src/uws/uws-engine.ts": "filled by the application, and only listed",
};

test("tables are Maps, have no prototype, or are known", () => {
  const found = ["engine-codec", "socket-codec", "server", "client"].flatMap((name) =>
    readdirSync(`${packages}${name}/src`, { recursive: true, encoding: "utf8" })
      .map((file) => `${name}/src/${file}`)
      .filter((file) => file.endsWith(".ts"))
      .filter((file) =>
        /(Record<(string|PropertyKey),[^=;]*>|\{ \[\w+: string\][^=;]*\}) = \{\}/.test(
          readFileSync(packages + file, "utf8"),
        ),
      ),
  );
  expect(found.sort()).toEqual(Object.keys(KNOWN).sort());
});
