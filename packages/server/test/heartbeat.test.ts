import type { PacketType } from "@hawser/engine-codec/frames";
import { FakeClock } from "@hawser/testkit";
import { describe, expect, test, vi } from "vitest";
import { Timers } from "../src/clock/timers.ts";
import { ENGINE_DEFAULTS } from "../src/options.ts";
import { ServerHeartbeat } from "../src/session/heartbeat.ts";
import type { Session } from "../src/session/session.ts";
import { next, openWebSocket, start } from "./running-server.ts";

describe("alone", () => {
  function setUp() {
    const clock = new FakeClock();
    const session = { bytesRead: 0, sendHeartbeat: vi.fn(), heartbeatTimedOut: vi.fn() };
    const options = { ...ENGINE_DEFAULTS, pingInterval: 25_000, pingTimeout: 20_000 };
    const heartbeat = new ServerHeartbeat(session, options, new Timers(clock));
    heartbeat.start();
    const receive = (type: PacketType) => heartbeat.onPacket({ type });
    return { clock, session, options, heartbeat, receive };
  }

  test("a ping is sent after pingInterval, and again after each pong", () => {
    const { clock, session, receive } = setUp();
    clock.advance(24_999);
    expect(session.sendHeartbeat).not.toHaveBeenCalled();
    clock.advance(1);
    expect(session.sendHeartbeat.mock.calls).toEqual([["ping"]]);
    clock.advance(5000);
    receive("pong");
    clock.advance(24_999);
    expect(session.sendHeartbeat).toHaveBeenCalledTimes(1);
    clock.advance(1);
    expect(session.sendHeartbeat).toHaveBeenCalledTimes(2);
    expect(session.heartbeatTimedOut).not.toHaveBeenCalled();
  });

  test("without a pong the time is up after pingTimeout, once", () => {
    const { clock, session } = setUp();
    clock.advance(44_999);
    expect(session.heartbeatTimedOut).not.toHaveBeenCalled();
    clock.advance(1);
    clock.advance(100_000);
    expect(session.heartbeatTimedOut).toHaveBeenCalledOnce();
  });

  test("the first other packet after a ping restarts the time limit, the second does not", () => {
    const { clock, session, receive } = setUp();
    clock.advance(25_000 + 15_000);
    receive("message");
    clock.advance(15_000);
    receive("message");
    clock.advance(4999);
    expect(session.heartbeatTimedOut).not.toHaveBeenCalled();
    clock.advance(1);
    expect(session.heartbeatTimedOut).toHaveBeenCalledOnce();
  });

  test("packets before the ping change nothing", () => {
    const { clock, session, receive } = setUp();
    clock.advance(20_000);
    receive("message");
    clock.advance(5000);
    expect(session.sendHeartbeat).toHaveBeenCalledOnce();
  });

  test("a client may not send pings", () => {
    const { receive } = setUp();
    expect(receive("ping")).toBe(false);
    expect(receive("pong")).toBe(true);
    expect(receive("message")).toBe(true);
  });

  test("pingTimeout is read at each ping", () => {
    const { clock, session, options } = setUp();
    options.pingTimeout = 10;
    clock.advance(25_010);
    expect(session.heartbeatTimedOut).toHaveBeenCalledOnce();
  });

  test("nothing happens once it is stopped", () => {
    const { clock, session, heartbeat } = setUp();
    heartbeat.stop();
    clock.advance(100_000);
    expect(session.sendHeartbeat).not.toHaveBeenCalled();
    expect(clock.pending).toBe(0);
  });
});

describe("on a server whose clock is given", () => {
  async function setUp() {
    const clock = new FakeClock();
    const running = await start({ clock, pingInterval: 300, pingTimeout: 200 });
    const arrival = next(running.io.engine, "connection");
    const peer = await openWebSocket(running.port);
    const [session] = (await arrival) as [Session];
    await peer.read();
    return { ...running, clock, peer, session };
  }

  test("the client is asked, and its answer keeps the session", async () => {
    const { clock, peer, session } = await setUp();
    for (let i = 0; i < 3; i++) {
      clock.advance(300);
      expect(await peer.read()).toBe("2");
      const heard = next(session, "heartbeat");
      peer.ws.send("3");
      await heard;
    }
    expect(session.readyState).toBe("open");
  });

  test("silence ends the session with the reason ping timeout", async () => {
    const { clock, peer, session } = await setUp();
    const close = next(session, "close");
    clock.advance(300);
    expect(await peer.read()).toBe("2");
    clock.advance(200);
    expect((await close)[0]).toBe("ping timeout");
    expect(await peer.closed).toBe(1005);
  });

  test("a session that has ended leaves no timer", async () => {
    const { clock, peer, session, io } = await setUp();
    expect(clock.pending).toBeGreaterThan(0);
    const close = next(session, "close");
    peer.ws.close();
    await close;
    expect(io.engine.clientsCount).toBe(0);
    expect(clock.pending).toBe(0);
  });

  test("a client that joins no namespace within connectTimeout is let go", async () => {
    const { clock, peer, session } = await setUp();
    const close = next(session, "close");
    for (let waited = 0; waited < 45_000; waited += 300) {
      clock.advance(waited + 300 > 45_000 ? 45_000 - waited : 300);
      if (session.readyState === "open") {
        const heard = next(session, "heartbeat");
        peer.ws.send("3");
        await heard;
      }
    }
    expect((await close)[0]).toBe("forced close");
    expect(clock.now()).toBe(45_000);
  });

  test("a client that has joined stays, even after it has left again", async () => {
    const clock = new FakeClock();
    const { io, port } = await start({ clock, connectTimeout: 100 });
    const peer = await openWebSocket(port);
    peer.ws.send("40");
    await next(io, "connection");
    const left = next([...io.sockets.sockets.values()][0]!, "disconnect");
    peer.ws.send("41");
    await left;
    clock.advance(1000);
    expect(io.engine.clientsCount).toBe(1);
  });
});
