import type { Packet, RawData } from "@hawser/engine-codec/frames";
import { FakeClock } from "@hawser/testkit";
import { beforeEach, expect, test } from "vitest";
import { createClient } from "../src/client.ts";
import { jsonParser } from "../src/json-parser.ts";
import { anyRevision } from "../src/legacy/negotiation.ts";
import { node } from "../src/platform/node.ts";
import { ladderOf } from "../src/session/ladder.ts";
import { Socket } from "../src/socket/socket.ts";
import { Transport } from "../src/transport/transport.ts";

const OPEN = '0{"sid":"abc","upgrades":[],"pingInterval":25000,"pingTimeout":20000}';
const NEW_OPEN = OPEN.replace("}", ',"maxPayload":1000000}');

/** Those opened so far, the present one first. */
let wires: Wire[];
let clock: FakeClock;

/** A WebSocket whose other end is the test. */
class Wire extends Transport {
  readonly sent: RawData[] = [];

  override get name(): string {
    return "websocket";
  }

  override open(): void {
    wires.unshift(this);
    queueMicrotask(() => this.handler?.transportOpened());
    this.writable = true;
  }

  override send(packets: readonly Packet[]): void {
    this.writable = false;
    this.sent.push(...packets.map((packet) => this.opts.codec.encodeFrame(packet)));
    queueMicrotask(() => {
      this.writable = true;
      this.handler?.transportDrained();
    });
  }

  override close(): void {}

  receive(...frames: RawData[]): void {
    for (const frame of frames) {
      this.handler?.transportReceived(this.opts.codec.decodeFrame(frame));
    }
  }

  /** What was sent since the last time. */
  async take(): Promise<RawData[]> {
    await new Promise((resolve) => setImmediate(resolve));
    return this.sent.splice(0);
  }
}

beforeEach(() => {
  wires = [];
  clock = new FakeClock();
});

function connect(nsp = "") {
  const { io } = createClient(
    {
      platform: node,
      createLadder: ladderOf({ websocket: Wire }),
      createRevision: anyRevision,
      createClock: () => clock,
    },
    jsonParser,
    Socket,
  );
  const socket = io(`http://localhost${nsp}`, {
    transports: [Wire],
    auth: { token: "t" },
    randomizationFactor: 0,
  });
  const events: unknown[][] = [];
  for (const event of ["connect", "connect_error", "disconnect"] as const) {
    socket.on(event, (about?: unknown) => events.push([event, about ?? socket.id]));
  }
  socket.onAny((...event) => events.push(event));
  const [wire] = wires as [Wire];
  return { socket, events, wire };
}

/** The server goes away, and the client comes back. */
async function reconnect(): Promise<Wire> {
  wires[0]!.handler?.transportClosed({ description: "gone" });
  clock.advance(1000);
  await Promise.resolve();
  return wires[0]!;
}

test("a server that names a maxPayload is asked to join at once, in the form it knows", async () => {
  const { events, wire } = connect();
  expect(wire.query.EIO).toBe("4");
  wire.receive(NEW_OPEN);
  expect(await wire.take()).toEqual(['40{"token":"t"}']);
  wire.receive('40{"sid":"xyz"}');
  expect(events).toEqual([["connect", "xyz"]]);
});

test("a server that says nothing unasked is asked to join after a moment, once", async () => {
  const { events, wire } = connect();
  wire.receive(OPEN);
  clock.advance(49);
  expect(await wire.take()).toEqual([]);
  clock.advance(1);
  expect(await wire.take()).toEqual(['40{"token":"t"}']);
  wire.receive('40{"sid":"xyz"}', '42["hi"]', "2");
  expect(events).toEqual([["connect", "xyz"], ["hi"]]);
  expect(await wire.take()).toEqual(["3"]);

  const again = await reconnect();
  again.receive(OPEN);
  expect(await again.take()).toEqual(['40{"token":"t"}']);
});

test("a ping shows a new server, before any answer", async () => {
  const { wire } = connect();
  wire.receive(OPEN, "2");
  expect(await wire.take()).toEqual(['40{"token":"t"}', "3"]);
});

test("a server that is reached by WebTransport is a new one", async () => {
  const { wire } = connect();
  // What opens its stream.
  wire.send([{ type: "open" }]);
  expect(await wire.take()).toEqual(["0"]);
  wire.receive(OPEN);
  expect(await wire.take()).toEqual(['40{"token":"t"}']);
});

test("an old server is known by its welcome, and not asked to join", async () => {
  const { events, wire } = connect();
  wire.receive(OPEN, "40");
  expect(events).toEqual([["connect", "abc"]]);
  clock.advance(25_000);
  // The heartbeat is the client's now.
  expect(await wire.take()).toEqual(["2"]);
});

test("an old server is known by its refusal, and not asked to join", async () => {
  const { events, wire } = connect();
  wire.receive(OPEN, '44"no"');
  expect(events).toEqual([["connect_error", expect.objectContaining({ message: "no" })]]);
  expect(await wire.take()).toEqual([]);
});

test("an old server is asked for other namespaces in the form it knows", async () => {
  const { events, wire } = connect("/chat");
  wire.receive(OPEN);
  expect(await wire.take()).toEqual([]);
  wire.receive("40");
  expect(await wire.take()).toEqual(["40/chat?token=t,"]);
  wire.receive("40/chat,", '451-/chat,["bytes",{"_placeholder":true,"num":0}]', Buffer.of(4, 1, 2));
  expect(events).toEqual([
    ["connect", "/chat#abc"],
    ["bytes", Buffer.of(1, 2)],
  ]);
});

test("an old server that was taken for a new one is known by its answer, for the next time too", async () => {
  const { events, wire } = connect();
  wire.receive(OPEN);
  clock.advance(50);
  expect(await wire.take()).toEqual(['40{"token":"t"}']);
  // It joins by itself, and then once more as it was asked to.
  wire.receive("40", "40", '42["hi"]');
  expect(events).toEqual([["connect", "abc"], ["hi"]]);
  clock.advance(25_000);
  expect(await wire.take()).toEqual(["2"]);

  const again = await reconnect();
  events.length = 0;
  again.receive(OPEN);
  clock.advance(2999);
  again.receive("40");
  expect(events).toEqual([["connect", "abc"]]);
  expect(await again.take()).toEqual([]);
});

test("a server that was updated meanwhile is found out again", async () => {
  const { events, wire } = connect();
  wire.receive(OPEN, "40");
  const again = await reconnect();
  again.receive(NEW_OPEN);
  expect(await again.take()).toEqual(['40{"token":"t"}']);
  again.receive('40{"sid":"xyz"}');
  const third = await reconnect();
  third.receive(OPEN, "40");
  expect(events.filter(([event]) => event === "connect")).toEqual([
    ["connect", "abc"],
    ["connect", "xyz"],
    ["connect", "abc"],
  ]);
});

test("without a maxPayload too, after more patience", async () => {
  const { wire } = connect();
  wire.receive(OPEN, "40");
  const again = await reconnect();
  again.receive(OPEN);
  clock.advance(2999);
  expect(await again.take()).toEqual([]);
  clock.advance(1);
  expect(await again.take()).toEqual(['40{"token":"t"}']);
});

test("who leaves while the server is still to be found out asks for nothing", async () => {
  const { socket, wire } = connect();
  wire.receive(OPEN);
  socket.disconnect();
  clock.advance(60_000);
  expect(await wire.take()).toEqual([]);
  expect(clock.pending).toBe(0);
});
