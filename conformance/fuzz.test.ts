import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);
const path = (name: string) => fileURLToPath(new URL(`../fuzz/${name}`, import.meta.url));

/** What a run said, and its exit code. The long run is a part of `npm test` itself. */
async function fuzz(args: readonly string[], fault = ""): Promise<{ code: number; said: string }> {
  const options = { timeout: 110_000, env: { ...process.env, FAULT: fault } };
  return run(process.execPath, [path("run.mjs"), "--seed", "1", ...args], options).then(
    ({ stdout }) => ({ code: 0, said: stdout }),
    ({ code, stdout }) => ({ code, said: stdout }),
  );
}

test.each([
  ["throw", "0-7", "uncaught exception: Error: planted"],
  ["reject", "1", "unhandled rejection: Error: planted"],
  ["garble", "1", "in the place of echo"],
  ["keep", "2", "left after"],
])(
  "the fuzzer notices the fault %j, and tells how to see it again",
  async (fault, only, what) => {
    const args = ["--only", only, "--server", path("faulty.mjs")];
    const { code, said } = await fuzz(args, fault);
    expect(said).toContain(what);
    expect(said).toMatch(/replay with: npm run fuzz -- --seed 1 .*--only \d/);
    expect(code).toBe(1);
  },
  120_000,
);

test("a case is the same each time", async () => {
  const [one, other] = await Promise.all([1, 2].map(() => fuzz(["--only", "0-99", "--print"])));
  expect(one?.code).toBe(0);
  expect(one).toEqual(other);
});
