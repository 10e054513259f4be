import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import type * as ours from "../src/browser-websocket.ts";

const FILE = "socket.io.websocket.esm.min.js";

/** The bundle in which names are shortened, loaded here: its Manager needs no browser yet. */
async function sealedBundle(): Promise<typeof ours> {
  const root = fileURLToPath(new URL("../../../", import.meta.url));
  const folder = `${await mkdtemp(join(tmpdir(), "hawser-sealed-"))}/`;
  onTestFinished(() => rm(folder, { recursive: true }));
  const script = new URL("../../../scripts/bundles.mjs", import.meta.url).href;
  const { buildBundles } = (await import(script)) as {
    buildBundles(root: string, folder: string, only: string): Promise<void>;
  };
  await buildBundles(root, folder, FILE);
  const code = await readFile(`${folder}${FILE}`, "utf8");
  await writeFile(`${folder}bundle.mjs`, code.replace(/\/\/# sourceMappingURL=.*/, ""));
  return (await import(`${folder}bundle.mjs`)) as typeof ours;
}

test("names that code looks up by their text are not shortened", { timeout: 60_000 }, async () => {
  const { Manager } = await sealedBundle();
  const manager = new Manager("http://h", { autoConnect: false });
  expect([
    manager.reconnection(),
    manager.reconnectionAttempts(),
    manager.reconnectionDelay(),
    manager.reconnectionDelayMax(),
    manager.randomizationFactor(),
    manager.timeout(),
  ]).toEqual([true, Number.POSITIVE_INFINITY, 1000, 5000, 0.5, 20_000]);
  manager.reconnectionDelayMax(7).randomizationFactor(0);
  expect([manager.reconnectionDelayMax(), manager.randomizationFactor()]).toEqual([7, 0]);
  const socket = manager.socket("/a");
  expect([socket.nsp, socket.active, Object.keys(manager.nsps)]).toEqual(["/a", false, ["/a"]]);
});
