import { EventEmitter } from "node:events";
import { describe, expect, test } from "vitest";
import type { Transport } from "../src/engine.ts";
import {
  ENGINES,
  type EngineOptions,
  type EngineServer,
  openPolling,
  openWebSocket,
  run,
  settle,
} from "./engines.ts";
import { fetchRaw } from "./running-server.ts";

/** Writes down what a transport tells, in short. */
function record(transport: Transport): string[] {
  const log: string[] = [];
  transport.on("packet", ({ type, data }) => log.push(`packet ${type} ${data}`));
  transport.on("headers", (headers, request) =>
    log.push(`headers ${headers["Content-Type"]} ${request.method}`),
  );
  for (const name of ["ready", "drain", "close"]) transport.on(name, () => log.push(name));
  transport.on("error", (error) =>
    log.push(`error ${error.type} ${error instanceof Error} ${"description" in error}`),
  );
  return log;
}

describe.each(ENGINES)("a transport of $name", ({ engine, isOurs }) => {
  async function polling(options?: EngineOptions) {
    const running = await run(new engine.Server(options));
    const opened = running.session();
    const { path, sid } = await openPolling(running.port);
    return { ...running, path, sid, socket: await opened };
  }

  test("has the documented properties", async () => {
    const { socket, sid, path, port } = await polling();
    const { transport } = socket;
    expect(transport).toMatchObject({ name: "polling", protocol: 4, sid, readyState: "open" });
    expect([transport.writable, transport instanceof EventEmitter]).toEqual([false, true]);
    const poll = fetchRaw(port, path);
    await expect.poll(() => transport.writable).toBe(true);
    transport.send([{ type: "message", data: "direct" }]);
    expect((await poll).body).toBe("4direct");
    expect(transport.writable).toBe(false);
  });

  test("tells of what comes and goes", async () => {
    const { socket, path, port } = await polling();
    const log = record(socket.transport);
    await fetchRaw(port, path, { method: "POST", body: "4in" });
    // The reference answers a POST after it has read it, which no client can tell.
    const posted = ["headers text/html POST", "packet message in"];
    await expect.poll(() => [...log].sort()).toEqual(posted);
    log.length = 0;
    const poll = fetchRaw(port, path);
    await expect.poll(() => log).toEqual(["ready"]);
    socket.send("out");
    await poll;
    const sent = ["ready", "headers text/plain; charset=UTF-8 GET", "drain"];
    await expect.poll(() => log).toEqual(sent);
  });

  test("tells of an error, which is described, and of its close", async () => {
    const { socket, path, port } = await polling();
    const log = record(socket.transport);
    const poll = fetchRaw(port, path);
    await expect.poll(() => log).toEqual(["ready"]);
    expect((await fetchRaw(port, path)).status).toBe(400);
    await poll;
    await expect
      .poll(() => log.filter((entry) => /^(error|close)/.test(entry)).sort())
      .toEqual(["close", "error TransportError true true"]);
    expect([socket.readyState, socket.transport.readyState]).toEqual(["closed", "closed"]);
  });

  test("of WebSocket tells the same", async () => {
    const running = await run(new engine.Server({ maxHttpBufferSize: 10 }));
    const opened = running.session();
    const peer = await openWebSocket(running.port);
    const socket = await opened;
    await settle();
    const log = record(socket.transport);
    expect(socket.transport).toMatchObject({ name: "websocket", sid: socket.id, writable: true });
    peer.ws.send("4in");
    await expect.poll(() => log).toEqual(["packet message in"]);
    socket.send("out");
    await expect.poll(() => log).toEqual(["packet message in", "drain", "ready"]);
    log.length = 0;
    peer.ws.send("4 more than ten bytes");
    expect(await peer.closed).toBe(1009);
    await expect.poll(() => log).toEqual(["error TransportError true true", "close"]);
    expect(socket.transport.readyState).toBe("closed");
  });

  test("that is closed by hand ends its session", async () => {
    for (const open of [openWebSocket, openPolling]) {
      const running = await run(new engine.Server());
      const opened = running.session();
      const peer = await open(running.port);
      const socket = await opened;
      const closed = new Promise((resolve) => socket.once("close", resolve));
      const log = record(socket.transport);
      if ("path" in peer) {
        const poll = fetchRaw(running.port, peer.path);
        await expect.poll(() => socket.transport.writable).toBe(true);
        socket.transport.close();
        expect((await poll).body).toBe("1");
      } else {
        socket.transport.close();
      }
      expect(await closed).toBe("transport close");
      await expect.poll(() => log.at(-1)).toBe("close");
    }
  });

  test("is left behind by an upgrade, and closed", async () => {
    const { socket, sid, port } = await polling();
    const old = socket.transport;
    const log = record(old);
    const peer = await openWebSocket(port, sid);
    peer.ws.send("5");
    await expect.poll(() => socket.transport.name).toBe("websocket");
    expect([log, old.readyState]).toEqual([["close"], "closed"]);
    expect(socket.readyState).toBe("open");
    expect(socket.transport.protocol).toBe(4);
    // The reference forgets it on the new one.
    expect(socket.transport.sid).toBe(isOurs ? sid : undefined);
  });

  test("takes the requests of its session by onRequest()", async () => {
    const { socket, path, port } = await polling();
    const seen: unknown[] = [];
    const { transport } = socket;
    const onRequest = transport.onRequest.bind(transport);
    transport.onRequest = (request) => {
      seen.push(request.method);
      onRequest(request);
    };
    await fetchRaw(port, path, { method: "POST", body: "4x" });
    socket.send("y");
    expect((await fetchRaw(port, path)).body).toBe("4y");
    expect(seen).toEqual(["POST", "GET"]);
  });

  test("of revision 3 says so", async () => {
    const running = await run(new engine.Server({ allowEIO3: true }));
    const opened = running.session();
    await fetchRaw(running.port, "/engine.io/?transport=polling");
    const socket = await opened;
    expect([socket.protocol, socket.transport.protocol]).toEqual([3, 3]);
  });
});

test("sessions and transports that nobody listens to keep no table of listeners", async () => {
  const engine = ENGINES[1].engine;
  const running = await run(new engine.Server() as EngineServer);
  const opened = running.session();
  await openWebSocket(running.port);
  const socket = await opened;
  await settle();
  for (const emitter of [socket, socket.transport]) {
    expect(Object.keys(emitter)).not.toContain("_events");
    expect(emitter.listenerCount("packet")).toBe(0);
    emitter.on("packet", () => {}).removeAllListeners();
    expect(emitter.emit("packet", {})).toBe(false);
  }
});
