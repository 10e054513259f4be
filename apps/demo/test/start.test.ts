// The front door's refusals. They come before anything is installed or built.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const SCRIPT = fileURLToPath(new URL("../../../scripts/start.mjs", import.meta.url));

async function start(env: Record<string, string>): Promise<{ code: number | null; text: string }> {
  const child = spawn(process.execPath, [SCRIPT], { env: { ...process.env, HOST: "", ...env } });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (part: string) => {
      text += part;
    });
  }
  const [code] = await once(child, "close");
  return { code, text };
}

it("npm start says that the port is taken and how to choose another", async () => {
  const holder = createServer().listen(0);
  await once(holder, "listening");
  const { port } = holder.address() as { port: number };
  try {
    expect(await start({ PORT: String(port) })).toEqual({
      code: 1,
      text: `Port ${port} is taken. Choose another one: PORT=${port + 1} npm start\n`,
    });
  } finally {
    holder.close();
  }
});

it("npm start says that PORT is not a port", async () => {
  expect(await start({ PORT: "http" })).toEqual({ code: 1, text: "PORT=http is no port.\n" });
});
