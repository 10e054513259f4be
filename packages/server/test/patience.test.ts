import { request } from "node:http";
import type { Duplex } from "node:stream";
import { FakeClock } from "@hawser/testkit";
import { describe, expect, test, vi } from "vitest";
import { until } from "../../testkit/src/waiting.ts";
import { Timers } from "../src/clock/timers.ts";
import { ClientHeartbeat } from "../src/legacy/heartbeat.ts";
import { ENGINE_DEFAULTS } from "../src/options.ts";
import { ServerHeartbeat } from "../src/session/heartbeat.ts";
import type { Session } from "../src/session/session.ts";
import { LateClock } from "./late-clock.ts";
import { fetchRaw, next, openPolling, openWebSocket, start } from "./running-server.ts";

const OPTIONS = { ...ENGINE_DEFAULTS, pingInterval: 25_000, pingTimeout: 20_000 };

describe.each([
  { name: "the server pings", Heartbeat: ServerHeartbeat },
  { name: "the client pings, as version 2 does", Heartbeat: ClientHeartbeat },
])("when $name", ({ Heartbeat }) => {
  function setUp() {
    const clock = new LateClock();
    const session = { bytesRead: 1000, sendHeartbeat: vi.fn(), heartbeatTimedOut: vi.fn() };
    const heartbeat = new Heartbeat(session, OPTIONS, new Timers(clock));
    heartbeat.start();
    clock.turn(25_000);
    return { clock, session, timedOut: session.heartbeatTimedOut };
  }

  test("bytes that come in are a sign of life for another pingTimeout", () => {
    const { clock, session, timedOut } = setUp();
    session.bytesRead = 2000;
    clock.turn(20_000);
    clock.turn(19_999);
    expect(timedOut).not.toHaveBeenCalled();
    session.bytesRead = 3000;
    clock.turn(1);
    clock.turn(20_000);
    expect(timedOut).toHaveBeenCalledOnce();
  });

  test("a message in the middle of which nothing comes any more is none", () => {
    const { clock, timedOut } = setUp();
    clock.turn(20_000);
    expect(timedOut).toHaveBeenCalledOnce();
  });

  test("a body that was read to its end is none", () => {
    const { clock, session, timedOut } = setUp();
    session.bytesRead = 0;
    clock.turn(20_000);
    expect(timedOut).toHaveBeenCalledOnce();
  });

  test("a byte now and then keeps a connection for 15 times pingTimeout, no longer", () => {
    const { clock, session, timedOut } = setUp();
    for (let i = 0; i < 15; i++) {
      session.bytesRead++;
      clock.turn(20_000);
    }
    expect(timedOut).not.toHaveBeenCalled();
    session.bytesRead++;
    clock.turn(20_000);
    expect(timedOut).toHaveBeenCalledOnce();
  });

  test("a process that was busy when the time was up first reads what has come, once", () => {
    const { clock, timedOut } = setUp();
    clock.turn(35_000);
    expect(timedOut).not.toHaveBeenCalled();
    clock.turn(100);
    expect(timedOut).toHaveBeenCalledOnce();
  });
});

test("after a pong everything is granted anew", () => {
  const clock = new LateClock();
  const session = { bytesRead: 1, sendHeartbeat: vi.fn(), heartbeatTimedOut: vi.fn() };
  const heartbeat = new ServerHeartbeat(session, OPTIONS, new Timers(clock));
  heartbeat.start();
  for (let ping = 0; ping < 3; ping++) {
    clock.turn(25_000);
    for (let i = 0; i < 15; i++) {
      session.bytesRead++;
      clock.turn(20_000);
    }
    expect(session.heartbeatTimedOut).not.toHaveBeenCalled();
    heartbeat.onPacket({ type: "pong" });
  }
});

/** The first bytes of a masked WebSocket text message. */
function head(length: number): Buffer {
  const bytes = Buffer.alloc(14);
  bytes.set([0x81, 0x80 | 127]);
  bytes.writeBigUInt64BE(BigInt(length), 2);
  return bytes;
}

const MESSAGE = Buffer.from(`42["upload","${"x".repeat(99_985)}"]`);
const TENTH = MESSAGE.length / 10;

describe("on a server whose clock is given", () => {
  async function setUp(query: string) {
    const clock = new FakeClock();
    const running = await start({ clock, pingInterval: 300, pingTimeout: 200 });
    const arrival = next(running.io.engine, "connection");
    const joined = next(running.io, "connection");
    const peer = await openWebSocket(running.port, query);
    const [session] = (await arrival) as [Session];
    if (query === "") {
      peer.ws.send("40");
    }
    const [socket] = (await joined) as [{ once(event: string, listener: unknown): void }];
    const tcp = (peer.ws as unknown as { _socket: Duplex })._socket;
    /** Writes past the WebSocket, and waits until the server has read it. */
    const write = async (bytes: Uint8Array) => {
      const before = session.bytesRead;
      tcp.write(bytes);
      await until(() => session.bytesRead >= before + bytes.length);
    };
    return { ...running, clock, peer, session, socket, write };
  }

  test.each([
    { name: "4", query: "", answer: "3" },
    { name: "3", query: "&EIO=3", answer: "2" },
  ])("a slow upload by WebSocket is not cut, revision $name", async ({ query, answer }) => {
    const { clock, peer, session, socket, write } = await setUp(query);
    const upload = next(socket as never, "upload");
    clock.advance(300);
    await write(head(MESSAGE.length));
    for (let i = 0; i < 10; i++) {
      clock.advance(200);
      expect(session.readyState).toBe("open");
      await write(MESSAGE.subarray(i * TENTH, (i + 1) * TENTH));
    }
    expect((await upload)[0]).toHaveLength(99_985);
    const heard = next(session, "heartbeat");
    peer.ws.send(answer);
    await heard;
    clock.advance(299);
    expect(session.readyState).toBe("open");
  });

  test("one that stops in the middle is, with the reason ping timeout", async () => {
    const { clock, session, write } = await setUp("");
    await write(head(MESSAGE.length));
    clock.advance(300);
    await write(MESSAGE.subarray(0, TENTH));
    clock.advance(200);
    expect(session.readyState).toBe("open");
    const close = next(session, "close");
    clock.advance(200);
    expect((await close)[0]).toBe("ping timeout");
  });

  test("one that trickles is, in the end", async () => {
    const { clock, session, write } = await setUp("");
    await write(head(MESSAGE.length));
    clock.advance(300);
    for (let i = 0; i < 15; i++) {
      await write(MESSAGE.subarray(i, i + 1));
      clock.advance(200);
    }
    expect(session.readyState).toBe("open");
    const close = next(session, "close");
    await write(MESSAGE.subarray(15, 16));
    clock.advance(200);
    expect((await close)[0]).toBe("ping timeout");
  });

  test("a slow upload by polling is not cut, and one that stops is", async () => {
    const clock = new FakeClock();
    const { io, port } = await start({ clock, pingInterval: 300, pingTimeout: 200 });
    const arrival = next(io.engine, "connection");
    const joined = next(io, "connection");
    const path = await openPolling(port);
    const [session] = (await arrival) as [Session];
    await fetchRaw(port, path, { method: "POST", body: "40" });
    const [socket] = (await joined) as [{ once(event: string, listener: unknown): void }];
    const upload = next(socket as never, "upload");
    const headers = { "Content-Length": MESSAGE.length };
    const slow = request({ host: "127.0.0.1", port, path, method: "POST", headers, agent: false });
    const answered = new Promise((resolve) => slow.on("response", resolve));
    slow.flushHeaders();
    clock.advance(300);
    for (let i = 0; i < 9; i++) {
      const before = session.bytesRead;
      slow.write(MESSAGE.subarray(i * TENTH, (i + 1) * TENTH));
      await until(() => session.bytesRead >= before + TENTH);
      clock.advance(200);
      expect(session.readyState).toBe("open");
    }
    slow.end(MESSAGE.subarray(9 * TENTH));
    expect((await upload)[0]).toHaveLength(99_985);
    await answered;
    const close = next(session, "close");
    const stalled = request({
      host: "127.0.0.1",
      port,
      path,
      method: "POST",
      headers,
      agent: false,
    });
    stalled.on("error", () => {});
    stalled.write(MESSAGE.subarray(0, TENTH));
    await until(() => session.bytesRead > TENTH);
    clock.advance(200);
    expect(session.readyState).toBe("open");
    clock.advance(200);
    expect((await close)[0]).toBe("ping timeout");
    stalled.destroy();
  });
});
