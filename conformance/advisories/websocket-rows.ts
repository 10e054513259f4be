import { deflateRawSync } from "node:zlib";
import { expect } from "vitest";
import { PollingWire, tcp, upgradeRequest } from "../../packages/testkit/src/wire.ts";
import { RawSocket, rawFrame } from "./raw-socket.ts";
import type { ServerRow } from "./row.ts";

const WEBSOCKET = "/socket.io/?EIO=4&transport=websocket";
const FIN = 0x80;
const [CONTINUATION, TEXT, BINARY] = [0x00, 0x01, 0x02];
/** Milliseconds that a trickle may go on: ten seconds, and a slow machine. */
const TRICKLE_TIME = 18_000;
const MEGABYTE = 1024 * 1024;
/** Bytes that the fragments of one message may take while it is incomplete, wrappers included. */
const BUDGET = 6 * MEGABYTE;

export const webSocketRows: readonly ServerRow[] = [
  {
    id: "CVE-2026-62389",
    title: "messages of very many fragments that are never finished",
    answer: "none; memory for each stays bounded",
    async attack({ port, victim }) {
      const { memory } = await victim.measure();
      const sockets = await Promise.all(Array.from({ length: 6 }, () => RawSocket.join(port)));
      const fragments = Buffer.concat(Array(8000).fill(rawFrame(CONTINUATION, "x".repeat(30))));
      for (const raw of sockets) {
        raw.write(rawFrame(TEXT, "42"));
        raw.write(fragments);
        // A ping in between is answered when all before it was read.
        raw.write(rawFrame(FIN | 0x09, "read"));
        await raw.until(() => raw.frames.some(({ opcode }) => opcode === 0x0a), "a pong");
      }
      const held = (await victim.measure()).memory - memory;
      expect(held).toBeLessThan(sockets.length * BUDGET);
      for (const raw of sockets) raw.reset();
    },
  },
  {
    id: "CVE-2026-62389 (trickle)",
    title: "a message whose fragments go on to come, slowly, without end",
    answer: "closed, when the time that bytes without an answer are granted is over",
    // A ping's answer, and sixteen times as long: the default is five minutes.
    setup: { options: { pingInterval: 1500, pingTimeout: 500 } },
    async attack({ port }) {
      const sockets = await Promise.all(Array.from({ length: 10 }, () => RawSocket.join(port)));
      for (const raw of sockets) raw.write(rawFrame(TEXT, "42"));
      const timer = setInterval(() => {
        for (const raw of sockets) raw.write(rawFrame(CONTINUATION, "x"));
      }, 100);
      const ended = Promise.all(sockets.map((raw) => raw.closed(TRICKLE_TIME)));
      await ended.finally(() => clearInterval(timer));
    },
  },
  {
    id: "CVE-2026-48779",
    title: "a flood of tiny fragments, of tiny chunks and of empty frames",
    answer: "close with 1008 or 1009",
    async attack({ port }) {
      for (const payload of ["x", ""]) {
        const raw = await RawSocket.join(port);
        raw.write(rawFrame(TEXT, "4"));
        raw.write(Buffer.concat(Array(40_000).fill(rawFrame(CONTINUATION, payload))));
        expect([1008, 1009]).toContain(await raw.closed());
      }
      const chunked = await RawSocket.join(port);
      chunked.write(rawFrame(FIN | TEXT, "", 900_000));
      for (let i = 0; i < 2000; i++) {
        await new Promise((resolve) => chunked.socket.write("4", resolve));
      }
      chunked.reset();
    },
  },
  {
    id: "CVE-2026-45736",
    title: "an application that closes a WebSocket with numbers in the place of a reason",
    answer: "zeros or a TypeError, never memory",
    async attack({ port }) {
      const raw = await RawSocket.join(port);
      raw.write(rawFrame(FIN | TEXT, '42["close with numbers",10]'));
      await raw.until(
        () => raw.text.includes("refused") || raw.closeCode === 1000,
        "an error or a close",
      );
      const close = raw.frames.find(({ opcode }) => opcode === 8);
      expect([...(close?.payload.subarray(2) ?? [])].filter((byte) => byte !== 0)).toEqual([]);
      raw.reset();
    },
  },
  {
    id: "CVE-2016-10518",
    title: "an application that pings with a number in the place of data",
    answer: "the number as text, never memory",
    async attack({ port }) {
      const raw = await RawSocket.join(port);
      raw.write(rawFrame(FIN | TEXT, '42["ping with a number",100]'));
      const answered = () => raw.text.includes("refused") || ping() !== undefined;
      const ping = () => raw.frames.find(({ opcode }) => opcode === 9);
      await raw.until(answered, "an error or a ping");
      expect(String(ping()?.payload ?? "100")).toBe("100");
      raw.reset();
    },
  },
  {
    id: "CVE-2016-10542",
    title: "a frame that announces more bytes than a message may have",
    answer: "close with 1009, before they are sent",
    async attack({ port }) {
      for (const length of [1_000_001, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
        const raw = await RawSocket.join(port);
        raw.write(rawFrame(FIN | BINARY, "x", length));
        expect(await raw.closed()).toBe(1009);
      }
    },
  },
  {
    id: "CVE-2026-1526 (server)",
    title: "a small message that inflates to a huge one",
    answer: "close with 1009",
    setup: { options: { perMessageDeflate: true } },
    async attack({ port }) {
      const bomb = deflateRawSync(Buffer.alloc(50 * MEGABYTE), { finishFlush: 2 }).subarray(0, -4);
      const raw = await RawSocket.open(port, WEBSOCKET, {
        "Sec-WebSocket-Extensions": "permessage-deflate",
      });
      expect(raw.text).toContain("permessage-deflate");
      raw.write(rawFrame(FIN | 0x40 | BINARY, bomb));
      expect(await raw.closed()).toBe(1009);
    },
  },
  {
    id: "GHSA-5v72-xg48-5rpm",
    title: "`Sec-WebSocket-Extensions: constructor`, and offers that make no sense",
    answer: "101 without an extension, or 400",
    setup: { options: { perMessageDeflate: true } },
    async attack({ port }) {
      for (const offer of [
        "constructor",
        "__proto__",
        "permessage-deflate; constructor",
        "permessage-deflate; __proto__=1",
        "permessage-deflate; server_max_window_bits=99",
        "permessage-deflate; server_max_window_bits=8; server_max_window_bits=9",
        ";,;,=",
      ]) {
        const raw = new RawSocket(port);
        raw.write(upgradeRequest(WEBSOCKET, { "Sec-WebSocket-Extensions": offer }));
        await raw.until(() => raw.text.includes("\r\n\r\n"), "an answer");
        expect(raw.text).toMatch(/^HTTP\/1\.1 (101|400) /);
        expect(raw.text).not.toMatch(/^Sec-WebSocket-Extensions/im);
        raw.reset();
      }
    },
  },
  {
    id: "CVE-2024-37890",
    title: "more headers on an upgrade than Node keeps",
    answer: "4xx",
    async attack({ port }) {
      const many = "a:\r\n".repeat(2100);
      const [first, ...rest] = upgradeRequest(WEBSOCKET).split("\r\n");
      for (const request of [`${first}\r\n${many}${rest.join("\r\n")}`]) {
        expect(await tcp(port, request)).toMatch(/^HTTP\/1\.1 4\d\d /);
      }
    },
  },
  {
    id: "CVE-2022-21676",
    title: "frames with reserved bits, during an upgrade and in a session",
    answer: "close with 1002; the polling session lives on",
    async attack({ port }) {
      for (const head of [FIN | 0x20 | TEXT, FIN | 0x10 | TEXT, FIN | 0x70 | TEXT, FIN | 0x03]) {
        const raw = await RawSocket.join(port);
        raw.write(rawFrame(head, "2"));
        expect(await raw.closed()).toBe(1002);
        const session = await PollingWire.open(port);
        await session.join();
        const probe = await RawSocket.open(port, session.target.replace("polling", "websocket"));
        probe.write(rawFrame(head, "2probe"));
        expect(await probe.closed()).toBe(1002);
        await session.post('42["echo",1]');
        expect(await session.packets(1)).toEqual(['42["echo",1]']);
        await session.post("1");
      }
    },
  },
  {
    id: "CVE-2021-32640",
    title: "a `Sec-WebSocket-Protocol` header that slows down regular expressions",
    answer: "101 or 400, at once",
    async attack({ port }) {
      const space = " ".repeat(15_000);
      for (const header of [
        `a${space}b`,
        `a,${space},`,
        `a${"\t ,".repeat(5000)}b`,
        ",".repeat(15_000),
      ]) {
        for (const name of [
          "Sec-WebSocket-Protocol",
          "Sec-WebSocket-Extensions",
          "Origin",
          "Cookie",
        ]) {
          const raw = new RawSocket(port);
          const from = performance.now();
          raw.write(upgradeRequest(WEBSOCKET, { [name]: header }));
          await raw.until(() => raw.text.includes("\r\n\r\n"), "an answer");
          expect(performance.now() - from).toBeLessThan(1000);
          expect(raw.text).toMatch(/^HTTP\/1\.1 (101|400) /);
          raw.reset();
        }
      }
    },
  },
];
