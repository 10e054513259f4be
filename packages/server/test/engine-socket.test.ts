import { describe, expect, test } from "vitest";
import {
  ENGINES,
  type EngineSocket,
  openPolling,
  openWebSocket,
  POLLING,
  run,
  settle,
} from "./engines.ts";
import { fetchRaw } from "./running-server.ts";

/** Writes down what a session tells, in short. */
function record(socket: EngineSocket): string[] {
  const log: string[] = [];
  socket.on("packet", ({ type, data }) => log.push(`packet ${type} ${data}`));
  socket.on("packetCreate", ({ type, data, options }) =>
    log.push(`packetCreate ${type} ${data} ${JSON.stringify(options)}`),
  );
  for (const name of ["data", "message"]) socket.on(name, (data) => log.push(`${name} ${data}`));
  for (const name of ["upgrading", "upgrade"])
    socket.on(name, (t) => log.push(`${name} ${t.name}`));
  socket.on("flush", (packets) => log.push(`flush ${packets.length}`));
  socket.on("drain", () => log.push("drain"));
  socket.on("heartbeat", () => log.push("heartbeat"));
  socket.on("close", (reason, description) =>
    log.push(`close ${reason}${description instanceof Error ? ` (${description.name})` : ""}`),
  );
  return log;
}

describe.each(ENGINES)("a session of $name", ({ engine, isOurs }) => {
  test("has the documented properties", async () => {
    const running = await run(new engine.Server());
    const opened = running.session();
    const { sid } = await openPolling(running.port);
    const socket = await opened;
    expect(socket).toMatchObject({
      id: sid,
      protocol: 4,
      remoteAddress: "127.0.0.1",
      readyState: "open",
      _readyState: "open",
      upgraded: false,
      upgrading: false,
      writeBuffer: [],
    });
    expect(socket.server).toBe(running.server);
    expect(socket.request?.url).toBe(POLLING);
    expect(socket).toBeInstanceOf(engine.Socket);
    expect(socket.transport).toBeInstanceOf(engine.Transport);
  });

  test("tells of a message, and of one it sends, in order", async () => {
    const running = await run(new engine.Server());
    const opened = running.session();
    const peer = await openWebSocket(running.port);
    const socket = await opened;
    await settle();
    const log = record(socket);
    peer.ws.send("4in");
    peer.ws.send("3");
    const received = ["packet message in", "data in", "message in"];
    await expect.poll(() => log).toEqual([...received, "packet pong undefined", "heartbeat"]);
    log.length = 0;
    expect(socket.send("out", { compress: false })).toBe(socket);
    const sent = ['packetCreate message out {"compress":false}', "flush 1", "drain"];
    await expect.poll(() => log).toEqual(sent);
    await expect.poll(() => peer.messages.slice(1)).toEqual(["4out"]);
  });

  test("calls back for each message, in their order, once they have left", async () => {
    const running = await run(new engine.Server());
    const opened = running.session();
    const { path } = await openPolling(running.port);
    const socket = await opened;
    const order: string[] = [];
    socket.send("a", { compress: true }, (transport) => order.push(`a ${transport.name}`));
    socket.write("b", (transport) => order.push(`b ${transport.name}`));
    socket.send("c", undefined, () => order.push("c"));
    expect([order, socket.writeBuffer.length]).toEqual([[], 3]);
    const { body } = await fetchRaw(running.port, path);
    expect(body).toBe("4a\x1e4b\x1e4c");
    await expect.poll(() => order).toEqual(["a polling", "b polling", "c"]);
    expect(socket.writeBuffer).toEqual([]);
  });

  test("lets packetCreate listeners change one packet, and no other", async () => {
    const running = await run(new engine.Server());
    const opened = running.session();
    const { path } = await openPolling(running.port);
    const socket = await opened;
    socket.once("packetCreate", (packet) => {
      packet.data = `<${packet.data}>`;
      packet.options.compress = false;
    });
    const seen: unknown[] = [];
    socket.send("a");
    socket.on("packetCreate", ({ options }) => seen.push(options));
    socket.send("b");
    expect((await fetchRaw(running.port, path)).body).toBe("4<a>\x1e4b");
    expect(seen).toEqual([{ compress: true }]);
  });

  test("changes over to WebSocket, and tells of it", async () => {
    const running = await run(new engine.Server());
    const opened = running.session();
    const { path, sid } = await openPolling(running.port);
    const socket = await opened;
    const log = record(socket);
    const peer = await openWebSocket(running.port, sid);
    await expect.poll(() => [socket.upgrading, socket.upgraded]).toEqual([true, false]);
    const poll = fetchRaw(running.port, path);
    peer.ws.send("2probe");
    expect((await poll).body).toBe("6");
    socket.send("in between");
    peer.ws.send("5");
    await expect.poll(() => peer.messages).toEqual(["3probe", "4in between"]);
    const state = [socket.upgrading, socket.upgraded, socket.transport.name];
    expect(state).toEqual([false, true, "websocket"]);
    const created = 'packetCreate message in between {"compress":true}';
    const events = log.filter((entry) => entry !== "drain");
    expect(events).toEqual(["upgrading websocket", created, "upgrade websocket", "flush 1"]);
  });

  test("close() sends what waits; until a poll comes it is closing", async () => {
    const running = await run(new engine.Server());
    const opened = running.session();
    const { path } = await openPolling(running.port);
    const socket = await opened;
    const log = record(socket);
    socket.send("last");
    socket.close();
    expect([socket.readyState, socket._readyState]).toEqual(["closing", "closing"]);
    socket.send("too late");
    expect((await fetchRaw(running.port, path)).body).toBe("4last");
    expect((await fetchRaw(running.port, path)).body).toBe("6\x1e1");
    await expect.poll(() => socket.readyState).toBe("closed");
    expect(log.filter((entry) => entry !== "drain")).toEqual([
      'packetCreate message last {"compress":true}',
      "flush 1",
      "close forced close",
    ]);
  });

  test("close(true) drops what waits", async () => {
    const running = await run(new engine.Server());
    const opened = running.session();
    const { path } = await openPolling(running.port);
    const socket = await opened;
    const log = record(socket);
    socket.send("never", undefined, () => log.push("sent"));
    socket.close(true);
    expect(socket.readyState).toBe("closed");
    expect(log.at(-1)).toBe("close forced close");
    expect(running.server.clientsCount).toBe(0);
    expect((await fetchRaw(running.port, path)).status).toBe(400);
    socket.send("late", undefined, () => log.push("sent"));
    await settle();
    expect(log.at(-1)).toBe("close forced close");
  });

  test.each<[what: string, send: string, expected: string]>([
    [
      "a heartbeat of the wrong direction",
      "2",
      isOurs ? "transport error (TransportError)" : "transport error (Error)",
    ],
    ["an unknown packet", "x", "parse error"],
  ])("ends by %s", async (_what, send, expected) => {
    const running = await run(new engine.Server());
    const opened = running.session();
    const peer = await openWebSocket(running.port);
    const log = record(await opened);
    peer.ws.send(send);
    expect(await peer.closed).toBe(1005);
    expect(log.at(-1)).toBe(`close ${expected}`);
  });

  test("sends a packet of any type, for tools", async () => {
    const running = await run(new engine.Server());
    const opened = running.session();
    const peer = await openWebSocket(running.port);
    const socket = await opened;
    await settle();
    (socket as unknown as { sendPacket(type: string): void }).sendPacket("noop");
    await expect.poll(() => peer.messages.at(-1)).toBe("6");
  });

  test("begins with initialPacket, together with the handshake", async () => {
    const { port } = await run(new engine.Server({ initialPacket: "hello" }));
    const { body } = await fetchRaw(port, POLLING);
    expect(body.split("\x1e").slice(1)).toEqual(["4hello"]);
    const peer = await openWebSocket(port);
    await expect.poll(() => peer.messages[1]).toBe("4hello");
  });
});
