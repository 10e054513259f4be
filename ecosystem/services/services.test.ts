import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, it } from "vitest";
import { startPostgres } from "./postgres.ts";
import { startRedis } from "./redis.ts";
import { createFolder, Service } from "./service.ts";

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function ends(condition: () => boolean | Promise<boolean>): Promise<boolean> {
  for (const end = Date.now() + 5000; Date.now() < end; ) {
    if (!(await condition())) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}

it.each([
  { name: "redis", start: startRedis },
  { name: "postgres", start: startPostgres },
])("$name is there when started, and gone when stopped", async ({ start }) => {
  const service = await start();
  expect(await accepts(service.port)).toBe(true);
  await service.stop();
  expect(await accepts(service.port)).toBe(false);
});

it("a service ends with the process that started it, however that ends", async () => {
  const outfile = fileURLToPath(new URL("../node_modules/.tests/starter.mjs", import.meta.url));
  const redis = fileURLToPath(new URL("./redis.ts", import.meta.url));
  await build({
    stdin: {
      contents: `import { startRedis } from ${JSON.stringify(redis)};
        console.log((await startRedis()).port);`,
      resolveDir: ".",
    },
    ...{ outfile, bundle: true, platform: "node", format: "esm" },
  });
  const starter = spawn(process.execPath, [outfile], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(starter.stdout, "data");
  const port = Number(line);
  expect(await accepts(port)).toBe(true);
  starter.kill("SIGKILL");
  expect(await ends(() => accepts(port))).toBe(true);
});

it("a service whose program is missing says which package has it", async () => {
  const folder = createFolder("missing");
  const options = { args: [], folder, signal: "TERM", isReady: async () => false } as const;
  await expect(
    Service.start({ ...options, command: "/usr/bin/no-such", debianPackage: "no-such-package" }),
  ).rejects.toThrow("/usr/bin/no-such is missing; as root, type: apt-get install no-such-package");
  // One that ends at once says what it said.
  await expect(
    Service.start({ ...options, command: "/bin/ls", args: ["--no-such"], debianPackage: "x" }),
  ).rejects.toThrow(/ls ended: .*no-such/s);
  expect(existsSync(folder.path)).toBe(false);
});
