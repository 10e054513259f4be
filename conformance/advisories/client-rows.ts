import { existsSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { Server } from "socket.io";
import { expect } from "vitest";
import { makeCertificate } from "../../packages/testkit/src/certificate.ts";
import { pause } from "../../packages/testkit/src/waiting.ts";
import { type Malice, serverFrame } from "./hostile-server.ts";
import { BAD_PACKETS } from "./parser-rows.ts";
import type { ClientRow, ClientTarget } from "./row.ts";

const MEGABYTE = 1024 * 1024;
const PATIENCE = 8000;
const ENDED = /^(disconnect|connect_error)/;

/** What a client of the victim has seen once its connection has ended, or `isDone`. */
async function outcome(
  { victim }: Pick<ClientTarget, "victim">,
  url: string,
  options: Record<string, unknown>,
  isDone = (log: string[]) => log.some((line) => ENDED.test(line)),
): Promise<string[]> {
  const client = (await victim.ask({ do: "connect", url, options })) as number;
  let log: string[] = [];
  for (const end = Date.now() + PATIENCE; !isDone(log) && Date.now() < end; ) {
    await pause(10);
    log = (await victim.ask({ do: "log", client })) as string[];
  }
  await victim.ask({ do: "drop", client });
  return log;
}

/** The client meets the malice over each transport. */
async function meet(
  target: ClientTarget,
  malice: Malice,
  transports: readonly string[] = ["polling", "websocket"],
): Promise<string[]> {
  const logs: string[] = [];
  for (const transport of transports) {
    target.hostile.malice = malice;
    const log = await outcome(target, target.hostile.url, { transports: [transport] });
    logs.push(log.join(", "));
    target.hostile.cut();
  }
  return logs;
}

const refuseEach = (id: keyof typeof BAD_PACKETS) => ({
  id,
  answer: "disconnected: parse error",
  async attack(target: ClientTarget) {
    for (const packets of BAD_PACKETS[id]) {
      for (const log of await meet(target, { packets })) {
        expect(log).toBe("connect, disconnect parse error");
      }
    }
  },
});

const END = "41";

export const clientRows: readonly ClientRow[] = [
  { ...refuseEach("CVE-2026-69185"), title: "a binary packet that announces no attachments" },
  { ...refuseEach("CVE-2026-33151"), title: "a huge attachment count" },
  { ...refuseEach("CVE-2023-32695"), title: "an event name that is no name" },
  { ...refuseEach("CVE-2022-2421"), title: "a placeholder that is no index of the attachments" },
  {
    id: "CVE-2024-38355",
    title: "an event called `error` that nobody listens to, and reserved names",
    answer: "nothing for `error`; disconnected: parse error for reserved names",
    async attack(target) {
      const packets = ['42["error",{"message":"x"}]', '42["__proto__"]', END];
      for (const log of await meet(target, { packets })) {
        expect(log).toBe(
          "connect, event error object, event __proto__, disconnect io server disconnect",
        );
      }
      for (const name of ["connect", "connect_error", "disconnect"]) {
        for (const log of await meet(target, { packets: [`42["${name}",1]`] })) {
          expect(log).toBe("connect, disconnect parse error");
        }
      }
    },
  },
  {
    id: "CVE-2026-1526",
    title: "a small WebSocket message that inflates to a huge one",
    answer: "disconnected: transport error or close",
    async attack(target) {
      const bomb = deflateRawSync(Buffer.alloc(300 * MEGABYTE), { finishFlush: 2 }).subarray(0, -4);
      const malice = { extensions: "permessage-deflate", bytes: serverFrame(bomb, 0xc2) };
      for (const log of await meet(target, malice, ["websocket"])) {
        expect(log).toMatch(/^connect, disconnect transport (error|close)$/);
      }
    },
  },
  {
    id: "CVE-2026-1528",
    title: "WebSocket frames with lengths that cannot be",
    answer: "disconnected: transport error or close",
    async attack(target) {
      for (const length of [2n ** 63n, 2n ** 64n - 1n, 2n ** 53n + 1n]) {
        const bytes = Buffer.alloc(10);
        bytes.writeUInt16BE(0x827f, 0);
        bytes.writeBigUInt64BE(length, 2);
        for (const log of await meet(target, { bytes }, ["websocket"])) {
          expect(log).toMatch(/^connect, disconnect transport (error|close)$/);
        }
      }
    },
  },
  {
    id: "CVE-2026-2229",
    title: "an extension that was not offered, or with parameters that cannot be",
    answer: "connect_error",
    async attack(target) {
      for (const extensions of [
        "permessage-deflate; server_max_window_bits=99",
        "permessage-deflate; server_max_window_bits=0",
        "permessage-deflate; client_max_window_bits=constructor",
        "constructor",
        "__proto__",
      ]) {
        for (const log of await meet(target, { extensions }, ["websocket"])) {
          expect(log).toBe("connect_error websocket error");
        }
      }
    },
  },
  {
    id: "CVE-2026-62389",
    title: "WebSocket messages of very many fragments",
    answer: "disconnected: transport error or close",
    async attack(target) {
      const fragments = Array(40_000).fill(serverFrame("x", 0x00));
      const bytes = Buffer.concat([serverFrame("4", 0x01), ...fragments]);
      for (const log of await meet(target, { bytes }, ["websocket"])) {
        expect(log).toMatch(/^connect, disconnect transport (error|close)$/);
      }
    },
  },
  {
    id: "CVE-2020-28502",
    title: "code in the places that a synchronous request once handed to a shell",
    answer: "the session goes on with that id; nothing is run",
    async attack(target) {
      const file = join(tmpdir(), `hawser-injected-${process.pid}`);
      const code = `\\');require("fs").writeFileSync("${file}","");//`;
      const packets = [`42["x",${JSON.stringify(code)}]`, END];
      for (const log of await meet(target, { session: { sid: code }, packets }, ["polling"])) {
        expect(log).toBe("connect, event x string, disconnect io server disconnect");
      }
      expect(existsSync(file)).toBe(false);
      rmSync(file, { force: true });
    },
  },
  {
    id: "CVE-2016-10536",
    title: "a server whose certificate nobody vouches for",
    answer: "connect_error, unless `rejectUnauthorized: false`",
    async attack(target) {
      const server = createServer(makeCertificate());
      const io = new Server(server);
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
      for (const transport of ["polling", "websocket"]) {
        const options = { transports: [transport] };
        const log = await outcome(target, url, options);
        expect(log.join()).toMatch(/^connect_error (xhr poll|websocket) error$/);
        const trusting = { ...options, rejectUnauthorized: false };
        expect(await outcome(target, url, trusting, (seen) => seen.length > 0)).toEqual([
          "connect",
        ]);
      }
      await io.close();
    },
  },
];
