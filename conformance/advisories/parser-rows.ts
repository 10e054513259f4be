import { expect } from "vitest";
import { PollingWire, SEPARATOR, SocketWire } from "../../packages/testkit/src/wire.ts";
import type { ServerRow } from "./row.ts";

/** Packets that neither side takes, with the binary messages that follow them. Clients are sent them too. */
export const BAD_PACKETS = {
  "CVE-2026-69185": [['450-["x"]'], ['460-1["x"]'], ['45-["x"]'], ['450-["x"]', Buffer.from("y")]],
  "CVE-2026-33151": [
    ['4511-["x"]'],
    ['4599999999999999999999-["x"]'],
    ['45Infinity-["x"]'],
    ['451e3-["x"]'],
  ],
  "CVE-2023-32695": [
    ['42[{"toString":"x"}]'],
    ['42[{"toString":1,"valueOf":1},1]'],
    ['42[["x"]]'],
    ["42[null]"],
    ["42{}"],
  ],
  "CVE-2022-2421": ["splice", "length", "__proto__", -1, 0.5, 1e9, null].map((num) => [
    `451-["functions",${JSON.stringify({ _placeholder: true, num })}]`,
    Buffer.from("x"),
  ]),
} satisfies Record<string, (string | Buffer)[][]>;

async function expectRefusal(port: number, packets: readonly (string | Buffer)[]): Promise<void> {
  const socket = await SocketWire.open(port);
  await socket.join();
  for (const packet of packets) socket.send(packet);
  expect([1005, 1008]).toContain(await socket.closed);
  expect(socket.unread).toBe(0);
  const session = await PollingWire.open(port);
  await session.join();
  await session.post(packets.map(asText).join(SEPARATOR));
  // The session tells the poll of its end, or has ended already.
  const { status, text } = await session.get();
  expect([status, text.split(SEPARATOR).at(-1)].join(" ")).toMatch(
    /^(200 1$|400 .*Session ID unknown)/,
  );
}

function asText(packet: string | Buffer): string {
  return typeof packet === "string" ? packet : `b${packet.toString("base64")}`;
}

const refuseEach = (id: keyof typeof BAD_PACKETS) => ({
  id,
  answer: "the connection is closed",
  async attack({ port }: { port: number }) {
    for (let round = 0; round < 3; round++) {
      for (const packets of BAD_PACKETS[id]) await expectRefusal(port, packets);
    }
  },
});

export const parserRows: readonly ServerRow[] = [
  { ...refuseEach("CVE-2026-69185"), title: "a binary packet that announces no attachments" },
  {
    ...refuseEach("CVE-2026-33151"),
    title: "a huge attachment count, or attachments that never end",
    async attack(target) {
      await refuseEach("CVE-2026-33151").attack(target);
      // Nine of ten, and then nothing: what waits goes with its connection.
      const sockets = await Promise.all(
        Array.from({ length: 10 }, () => SocketWire.open(target.port)),
      );
      for (const socket of sockets) {
        await socket.join();
        socket.send('4510-["x"]');
        for (let i = 0; i < 9; i++) socket.send(Buffer.alloc(100_000));
      }
      for (const socket of sockets) {
        socket.socket.close();
        await socket.closed;
      }
    },
  },
  { ...refuseEach("CVE-2023-32695"), title: "an event name that is no name" },
  { ...refuseEach("CVE-2022-2421"), title: "a placeholder that is no index of the attachments" },
  {
    id: "CVE-2022-2421 (prototype)",
    title: "placeholders under `__proto__`, and objects that have their own",
    answer: "the event, with data only",
    async attack({ port }) {
      const socket = await SocketWire.open(port);
      await socket.join();
      const held =
        '{"__proto__":{"_placeholder":true,"num":0},"constructor":{"prototype":{"a":1}}}';
      socket.send(`451-["functions",${held}]`);
      socket.send(Buffer.from("x"));
      expect(await socket.next()).toBe('42["functions",0]');
      socket.send(`451-["echo",${held}]`);
      socket.send(Buffer.from("x"));
      expect(await socket.next()).toBe(`451-["echo",${held}]`);
      expect(await socket.next()).toEqual(Buffer.from("x"));
      socket.end();
      await socket.closed;
    },
  },
  {
    id: "CVE-2024-38355",
    title: "an event called `error` that nobody listens to, and reserved names",
    answer: "nothing for `error`; the connection is closed for reserved names",
    async attack({ port }) {
      const socket = await SocketWire.open(port);
      await socket.join();
      for (const name of ["error", "__proto__", "constructor", "hasOwnProperty", "close", "end"]) {
        socket.send(`42["${name}",{"message":"x"}]`);
        socket.send(`427["${name}"]`);
      }
      socket.send('42["echo",1]');
      expect(await socket.next()).toBe('42["echo",1]');
      socket.end();
      for (const name of ["connect", "disconnect", "disconnecting", "newListener"]) {
        await expectRefusal(port, [`42["${name}"]`]);
      }
    },
  },
  {
    id: "CVE-2020-36049",
    title: "packets that are long in every part",
    answer: "an answer, or the end, in time that grows with their length",
    async attack({ port }) {
      const many = 900_000;
      for (const packet of [
        `42${"9".repeat(many)}["x"]`,
        `45${"9".repeat(many)}-["x"]`,
        `42/${"n".repeat(many)},["x"]`,
        `42${"[".repeat(many)}`,
        `42["x",${"[".repeat(many / 2)}${"]".repeat(many / 2)}]`,
        `42["x",${"1,".repeat(many / 2)}1]`,
        `44${'"'.repeat(many)}`,
      ]) {
        const socket = await SocketWire.open(port);
        await socket.join();
        const from = performance.now();
        socket.send(packet);
        await socket.closed;
        expect(performance.now() - from).toBeLessThan(2000);
      }
    },
  },
];
