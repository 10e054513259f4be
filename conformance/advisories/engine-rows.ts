import { expect } from "vitest";
import { pause } from "../../packages/testkit/src/waiting.ts";
import {
  begin,
  http,
  PollingWire,
  SocketWire,
  tcp,
  upgradeRequest,
} from "../../packages/testkit/src/wire.ts";
import { RawSocket } from "./raw-socket.ts";
import type { ServerRow } from "./row.ts";

const POLLING = "/socket.io/?EIO=4&transport=polling";
const WEBSOCKET = "/socket.io/?EIO=4&transport=websocket";
const UNKNOWN_SID = { code: 1, message: "Session ID unknown" };
/** Names that every object has. */
const PROTOTYPE_KEYS = ["__proto__", "constructor", "toString", "%5F%5Fproto%5F%5F"];

/** Polls once, so that the session is known to live, then ends it. */
async function endAlive(session: PollingWire): Promise<void> {
  await session.post('42["echo","alive"]');
  expect(await session.packets(1)).toEqual(['42["echo","alive"]']);
  await session.post("1");
}

export const engineRows: readonly ServerRow[] = [
  {
    id: "CVE-2026-102599",
    title: "an upgrade or poll with another, or no, protocol revision than its session",
    answer: "400; the session lives on",
    async attack({ port }) {
      for (const revision of ["EIO=3", "EIO=5", "EIO=", "x=1", "EIO=__proto__"]) {
        const session = await PollingWire.open(port);
        await session.join();
        const target = session.target.replace("EIO=4", revision);
        const upgrade = upgradeRequest(target.replace("=polling", "=websocket"));
        expect(await tcp(port, upgrade)).toMatch(/^HTTP\/1\.1 400/);
        expect((await http({ port, path: target })).status).toBe(400);
        expect((await http({ port, path: target, body: "1:2" })).status).toBe(400);
        await endAlive(session);
      }
      const old = await http({ port, path: POLLING.replace("4", "3") });
      const sid = /"sid":"([\w-]+)"/.exec(old.text)?.[1];
      expect(await tcp(port, upgradeRequest(`${WEBSOCKET}&sid=${sid}`))).toMatch(/ 400 /);
      await http({ port, path: `${POLLING.replace("4", "3")}&sid=${sid}`, body: "1:1" });
    },
  },
  {
    id: "CVE-2026-102600",
    title: "a session id that is the name of something every object has",
    answer: "400, code 1",
    async attack({ port }) {
      for (const sid of PROTOTYPE_KEYS) {
        const path = `${POLLING}&sid=${sid}`;
        for (const body of [undefined, "40"]) {
          const { status, text } = await http({ port, path, ...(body && { body }) });
          expect([status, JSON.parse(text)]).toEqual([400, UNKNOWN_SID]);
        }
        const upgrade = await tcp(port, upgradeRequest(`${WEBSOCKET}&sid=${sid}`));
        expect(upgrade).toMatch(/^HTTP\/1\.1 400.*\r\n\r\nSession ID unknown$/s);
      }
    },
  },
  {
    id: "CVE-2026-59724",
    title: "the same over WebTransport",
    answer: "the session is closed",
    async attack({ webTransportPort }) {
      for (const sid of ["__proto__", "constructor", "toString"]) {
        const raw = new RawSocket(webTransportPort);
        const packet = Buffer.from(`0${JSON.stringify({ sid })}`);
        raw.write(Buffer.concat([Buffer.from([packet.length]), packet]));
        await raw.until(() => raw.socket.destroyed, "the end of the session");
        expect(raw.text).toBe("");
      }
    },
  },
  {
    id: "engine.io 6.6.7",
    title: "WebTransport, although there is an HTTP middleware that cannot see it",
    answer: "the session is closed",
    setup: { middleware: true },
    attack: ({ webTransportPort }) => expectNoWebTransport(webTransportPort),
  },
  {
    id: "engine.io 6.6.7 (allowRequest)",
    title: "WebTransport, although `allowRequest` cannot be asked",
    answer: "the session is closed",
    setup: { refusesAll: true },
    async attack({ port, webTransportPort }) {
      await expectNoWebTransport(webTransportPort);
      expect((await http({ port, path: POLLING })).status).toBe(403);
      expect(await tcp(port, upgradeRequest(WEBSOCKET))).toMatch(/^HTTP\/1\.1 400/);
    },
  },
  {
    id: "CVE-2026-59725",
    title: "a POST of application/octet-stream",
    answer: "400, at once",
    async attack({ port }) {
      for (let i = 0; i < 20; i++) {
        const session = await PollingWire.open(port);
        const type = { "Content-Type": "application/octet-stream" };
        expect((await session.post(Buffer.from([0, 1, 255, 4]), type)).status).toBe(400);
      }
    },
  },
  {
    id: "CVE-2022-41940",
    title: "a connection that is reset while its upgrade is refused or accepted",
    answer: "none; nobody is there",
    async attack({ port }) {
      const bad = [`${WEBSOCKET}&sid=none`, `${WEBSOCKET.replace("4", "9")}`, WEBSOCKET];
      for (let i = 0; i < 60; i++) {
        const raw = new RawSocket(port);
        raw.write(upgradeRequest(bad[i % bad.length]!));
        await new Promise((resolve) => raw.socket.once("connect", resolve));
        if (i % 4 > 0) await pause(i % 4);
        raw.reset();
      }
    },
  },
  {
    id: "CVE-2023-31125",
    title: "requests that no client sends",
    answer: "4xx, and the connection ends",
    async attack({ port }) {
      const session = await PollingWire.open(port);
      await session.join();
      for (const path of [
        "/socket.io/",
        "/socket.io/?EIO=4",
        "/socket.io/?EIO=4&transport=websocket&transport=none",
        "/socket.io/?EIO=4&transport=webtransport",
        "/socket.io/?EIO=4&transport=__proto__",
        "/socket.io/?__proto__=1&EIO=4&transport=constructor",
        "/socket.io/?EIO=4&transport=%E0%A4%A",
        `${POLLING}&sid=none`,
        `${WEBSOCKET}&sid=none`,
      ]) {
        expect(await tcp(port, upgradeRequest(path)), path).toMatch(/^HTTP\/1\.1 4\d\d /);
        const plain = `GET ${path.replace("sid=", "s=").replace("g", "G")} HTTP/1.1\r\n`;
        const strange = "Host: x\r\n__proto__: x\r\nconstructor: y\r\nConnection: close\r\n\r\n";
        expect(await tcp(port, plain + strange), path).toMatch(/^HTTP\/1\.1 4\d\d /);
      }
      // A WebSocket that is to be a poll: accepted, and closed.
      for (const path of [POLLING, session.target]) {
        expect(await (await RawSocket.open(port, path)).closed()).toBe(1005);
      }
      await endAlive(session);
      // The handshake is kept, with headers of these names.
      const strange = await SocketWire.open(port, "&__proto__=1&constructor=2", {
        headers: { ["__proto__" as string]: "x", constructor: "y" } as never,
      });
      expect(await strange.join()).toMatch(/^40\{/);
      strange.end();
    },
  },
  {
    id: "CVE-2020-36048",
    title: "a POST of very many packets, and one beyond the limit",
    answer: "200 or 400 in time that grows with its length; 413",
    async attack({ port }) {
      const bodies = ["4\x1e".repeat(499_999), "\x1e".repeat(999_999), `4${"2".repeat(999_998)}`];
      for (const body of bodies) {
        const session = await PollingWire.open(port);
        await session.join();
        const from = performance.now();
        expect([200, 400]).toContain((await session.post(body)).status);
        expect(performance.now() - from).toBeLessThan(2000);
        await session.post("1");
      }
      for (const body of ["1:4".repeat(333_333), "9".repeat(999_999)]) {
        const path = POLLING.replace("4", "3");
        const sid = /"sid":"([\w-]+)"/.exec((await http({ port, path })).text)?.[1];
        const from = performance.now();
        const { status } = await http({ port, path: `${path}&sid=${sid}`, body });
        expect([200, 400]).toContain(status);
        expect(performance.now() - from).toBeLessThan(2000);
        await http({ port, path: `${path}&sid=${sid}`, body: "1:1" });
      }
      const session = await PollingWire.open(port);
      expect((await session.post("4".repeat(1_000_001))).status).toBe(413);
      const endless = begin({
        port,
        path: session.target,
        headers: { "Content-Type": "text/plain" },
        body: Array(40).fill("4".repeat(50_000)),
      });
      expect((await endless.response).status).toBe(413);
      await session.post("1");
    },
  },
];

async function expectNoWebTransport(port: number): Promise<void> {
  const raw = new RawSocket(port);
  raw.write(Buffer.from([1, 0x30]));
  await raw.until(() => raw.socket.destroyed, "the end of the session");
  expect(raw.text).toBe("");
}
