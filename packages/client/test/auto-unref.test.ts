import { execFile } from "node:child_process";
import { type AddressInfo, createServer, type Socket as TcpSocket } from "node:net";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { officialServer } from "./official-server.ts";

const WAYS = [["polling"], ["websocket"], ["polling", "websocket"]].map((transports) => ({
  transports,
}));

/** The client as one script. */
let client: string;

beforeAll(async () => {
  const entry = new URL("../../../node_modules/esbuild/lib/main.js", import.meta.url);
  const { build } = (await import(fileURLToPath(entry))) as typeof import("esbuild");
  const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const { outputFiles } = await build({
    entryPoints: [source("../src/index.ts")],
    bundle: true,
    write: false,
    format: "cjs",
    platform: "node",
    alias: {
      "@hawser/engine-codec/frames": source("../../engine-codec/src/frames.ts"),
      "@hawser/socket-codec/packets": source("../../socket-codec/src/packets.ts"),
    },
  });
  client = outputFiles?.[0]?.text ?? "";
});

/** Milliseconds that a process takes which connects with `autoUnref`. @param code run then */
async function lifetime(url: string, transports: string[], code: string): Promise<number> {
  const options = JSON.stringify({ autoUnref: true, transports });
  const connect = `const socket = module.exports.io(${JSON.stringify(url)}, ${options});`;
  const started = Date.now();
  await new Promise<void>((resolve, reject) => {
    const done = (error: Error | null) => (error ? reject(error) : resolve());
    const child = execFile(process.execPath, ["-"], { timeout: 10_000 }, done);
    child.stdin?.end(`${client};${connect}${code}`);
  });
  return Date.now() - started;
}

test.each(WAYS)(
  "autoUnref lets the process end while connected: $transports",
  async ({ transports }) => {
    const { url } = await officialServer();
    const code = `
    const wait = setTimeout(() => {}, 5000);
    socket.on("connect", () => setTimeout(() => clearTimeout(wait), 300));`;
    expect(await lifetime(url, transports, code)).toBeLessThan(4000);
  },
);

test.each(WAYS)("also while a server does not answer: $transports", async ({ transports }) => {
  const connections: TcpSocket[] = [];
  const server = createServer((connection) => connections.push(connection));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const connection of connections) {
      connection.destroy();
    }
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await lifetime(url, transports, "setTimeout(() => {}, 300);")).toBeLessThan(4000);
});
