import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);
const bench = fileURLToPath(new URL("../bench/run.mjs", import.meta.url));

/** Exits with 1 when a message was lost, doubled or out of order, or a server's fault went unnoticed. */
test("the benchmark does all it does, and its load notices faults", async () => {
  const { stdout } = await run(process.execPath, [bench, "--quick"], { timeout: 240_000 });
  for (const row of ["connect, WebSocket", "idle heap", "echo over polling", "15,000 connected"]) {
    expect(stdout).toContain(row);
  }
  expect(stdout).toContain("## Client");
}, 250_000);
