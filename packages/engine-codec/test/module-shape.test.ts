import { execFile } from "node:child_process";
import { promisify } from "node:util";
import * as official from "engine.io-parser";
import { expect, test } from "vitest";
import * as ours from "../src/index.ts";

const run = promisify(execFile);
const cwd = new URL("../../..", import.meta.url);

/** The names that the built package has. */
async function namesOf(kind: "commonjs" | "module", name: string): Promise<string[]> {
  const module = kind === "module" ? `await import("${name}")` : `require("${name}")`;
  const program = `console.log(JSON.stringify(Object.keys(${module}).sort()))`;
  const { stdout } = await run(process.execPath, [`--input-type=${kind}`, "-e", program], { cwd });
  return JSON.parse(stdout);
}

const names = Object.keys(official).sort();

test("the names are those of engine.io-parser", async () => {
  expect(Object.keys(ours).sort()).toEqual(names);
  expect(await namesOf("module", "@hawser/engine-codec")).toEqual(names);
  expect(await namesOf("commonjs", "@hawser/engine-codec")).toEqual(
    await namesOf("commonjs", "engine.io-parser"),
  );
  expect(ours.protocol).toBe(official.protocol);
});

test("what our own packages use has an entry of its own", async () => {
  const own = await namesOf("module", "@hawser/engine-codec/frames");
  expect(own).toEqual(expect.arrayContaining(["decodeFrame", "encodeFrame", "StreamReader"]));
  expect(await namesOf("commonjs", "@hawser/engine-codec/frames")).toEqual(own);
});
