import { expect } from "vitest";
import {
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
const FOREIGN = { Origin: "https://evil.example" };
const REFUSED = /^HTTP\/1\.1 403 .*\r\n\r\nForbidden$/s;
const MARK = "<script>alert(1)</script>";
const IDS = 400;

export const defaultRows: readonly ServerRow[] = [
  {
    id: "CVE-2020-28481",
    title: "requests of pages of other origins, where the `cors` option is not given",
    answer: "no CORS header, on any answer",
    async attack({ port }) {
      const session = await PollingWire.open(port);
      const answers = [
        await http({ port, path: POLLING, headers: FOREIGN, method: "OPTIONS" }),
        await http({ port, path: `${POLLING}&sid=none`, headers: FOREIGN }),
        await http({ port, path: session.target, headers: FOREIGN, body: "40" }),
        await http({ port, path: session.target, headers: FOREIGN }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([400, 400, 200, 200]);
      for (const { headers } of answers) {
        const names = Object.keys(headers).filter((name) => name.startsWith("access-control"));
        expect(names).toEqual([]);
      }
      await session.post("1");
    },
  },
  {
    id: "CVE-2020-28481 (WebSocket)",
    title: "the same by WebSocket, to which CORS does not apply, where `cors` names other origins",
    answer: "403 before any upgrade",
    setup: { options: { cors: { origin: "https://a.example" } } },
    async attack({ port, webTransportPort }) {
      const session = await PollingWire.open(port);
      await session.join();
      const probe = `${WEBSOCKET}&sid=${session.sid}`;
      for (const path of [WEBSOCKET, probe]) {
        expect(await tcp(port, upgradeRequest(path, FOREIGN))).toMatch(REFUSED);
        expect(await tcp(port, upgradeRequest(path, { Origin: "null" }))).toMatch(REFUSED);
      }
      const allowed = [{}, { Origin: "https://a.example" }, { Origin: `http://127.0.0.1:${port}` }];
      for (const headers of allowed) {
        const socket = await SocketWire.open(port, "", {
          headers: { ...headers, Host: `127.0.0.1:${port}` },
        });
        expect(await socket.join()).toMatch(/^40\{/);
        socket.end();
      }
      const raw = new RawSocket(webTransportPort);
      await raw.until(() => raw.socket.destroyed, "the end of the WebTransport session");
      await session.post("1");
    },
  },
  {
    id: "CVE-2017-16031",
    title: "guessing the ids of sessions and sockets",
    answer: "120 bits of the system's generator, no two alike",
    async attack({ port }) {
      const ids: string[] = [];
      for (let i = 0; i < IDS / 2; i++) {
        const session = await PollingWire.open(port);
        const { sid } = JSON.parse((await session.join()).slice(2)) as { sid: string };
        ids.push(session.sid, sid);
        await session.post("1");
      }
      expect(new Set(ids).size).toBe(IDS);
      const bytes = ids.map((id) => Buffer.from(id, "base64url"));
      expect(new Set(bytes.map(({ length }) => length))).toEqual(new Set([15]));
      for (let bit = 0; bit < 120; bit++) {
        const ones = bytes.filter((id) => id[bit >> 3]! & (1 << (bit & 7))).length;
        // Six standard deviations: by chance, once in four million runs.
        expect(Math.abs(ones - IDS / 2), `bit ${bit}`).toBeLessThan(60);
      }
    },
  },
  {
    id: "reflection",
    title: "markup in every place that an error could repeat",
    answer: "errors that say nothing of what was sent",
    async attack({ port }) {
      const mark = encodeURIComponent(MARK);
      const session = await PollingWire.open(port);
      const bodies: string[] = [];
      for (const query of [
        `EIO=${mark}&transport=polling&sid=${mark}`,
        `EIO=4&transport=${mark}`,
        `EIO=4&transport=polling&sid=${mark}`,
        `EIO=3&transport=polling&j=${mark}&sid=${mark}`,
        `EIO=3&transport=polling&sid=${session.sid}&x=${mark}`,
      ]) {
        const path = `/socket.io/?${query}`;
        for (const method of ["GET", "POST", "DELETE"]) {
          const { text, status, headers } = await http({
            port,
            path,
            method,
            headers: { Origin: MARK },
          });
          expect(status).toBeGreaterThanOrEqual(400);
          bodies.push(text, JSON.stringify(headers));
        }
        bodies.push(await tcp(port, upgradeRequest(path, { Origin: MARK })));
      }
      const strange = `GET ${WEBSOCKET} HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket`;
      bodies.push(await tcp(port, `${strange}\r\nSec-WebSocket-Key: ${MARK}\r\n\r\n`));
      bodies.push(await tcp(port, upgradeRequest(WEBSOCKET, { "Sec-WebSocket-Version": MARK })));
      const jsonp = await http({ port, path: `/socket.io/?EIO=3&transport=polling&j=1${mark}` });
      expect(jsonp.text).toMatch(/^___eio\[11\]\("/);
      bodies.push(jsonp.text);
      const old = /sid\\":\\"([\w-]+)/.exec(jsonp.text)?.[1];
      await http({ port, path: `/socket.io/?EIO=3&transport=polling&sid=${old}`, body: "1:1" });
      for (const body of bodies) expect(body).not.toContain("script");
      await session.post("1");
    },
  },
];
