import { describe, expect, it } from "vitest";
import { pause, until } from "../packages/testkit/src/waiting.ts";
import { http, PollingWire, SocketWire } from "../packages/testkit/src/wire.ts";
import { IMPLEMENTATIONS, wireServers } from "../packages/testkit/src/wire-server.ts";

describe.each(IMPLEMENTATIONS)("WebSocket of the $name server", (implementation) => {
  const serve = wireServers(implementation);

  async function joined(options: Record<string, unknown> = {}) {
    const server = await serve(options);
    const socket = await SocketWire.open(server.port);
    await socket.join();
    return { ...server, socket };
  }

  describe("framing", () => {
    it("opens with a handshake that offers no upgrades", async () => {
      const { port } = await serve();
      const { handshake } = await SocketWire.open(port);
      expect(handshake).toEqual({
        sid: expect.stringMatching(/^[\w-]{20}$/),
        upgrades: [],
        pingInterval: 25000,
        pingTimeout: 20000,
        maxPayload: 1000000,
        ...implementation.extensions,
      });
    });

    it("carries one packet a frame", async () => {
      const { socket } = await joined();
      socket.send('42["echo",1]');
      socket.send('42["echo","ż"]');
      expect(await socket.next()).toBe('42["echo",1]');
      expect(await socket.next()).toBe('42["echo","ż"]');
    });

    it("carries binary messages as raw binary frames, both ways", async () => {
      const { socket } = await joined();
      socket.send('451-["echo",{"_placeholder":true,"num":0}]');
      socket.send(Uint8Array.from([1, 2, 3]));
      expect(await socket.next()).toBe('451-["echo",{"_placeholder":true,"num":0}]');
      expect(await socket.next()).toEqual(Buffer.from([1, 2, 3]));
    });

    it("takes a text frame that begins with b as base64", async () => {
      const { socket } = await joined();
      socket.send('451-["echo",{"_placeholder":true,"num":0}]');
      socket.send("bAQIDBA==");
      await socket.next();
      expect(await socket.next()).toEqual(Buffer.from([1, 2, 3, 4]));
    });

    it("carries empty binary messages", async () => {
      const { socket } = await joined();
      socket.send('451-["echo",{"_placeholder":true,"num":0}]');
      socket.send(new Uint8Array(0));
      await socket.next();
      expect(await socket.next()).toEqual(Buffer.alloc(0));
    });

    it.each(["1", "6", "5", "0", '0{"sid":"x"}'])("ignores %s", async (packet) => {
      const { socket, disconnects } = await joined();
      socket.send(packet);
      socket.send('42["echo","after"]');
      expect(await socket.next()).toBe('42["echo","after"]');
      expect(disconnects).toEqual([]);
    });

    it.each([
      ["an empty frame", ""],
      ["an unknown digit", "7"],
      ["a letter", "x"],
    ])("closes on %s, without a code: parse error", async (_what, frame) => {
      const { socket, disconnects } = await joined();
      socket.send(frame);
      expect(await socket.closed).toBe(1005);
      await until(() => disconnects.length === 1);
      expect(disconnects).toEqual(["/ parse error"]);
    });

    it("closes on a ping from the client: transport error", async () => {
      const { socket, disconnects } = await joined();
      socket.send("2");
      expect(await socket.closed).toBe(1005);
      await until(() => disconnects.length === 1);
      expect(disconnects).toEqual(["/ transport error"]);
    });

    it.each([
      ["text", `42["echo","${"x".repeat(3000)}"]`],
      ["binary", Buffer.alloc(3000)],
    ])("closes with 1009 on oversized %s: transport error", async (_kind, frame) => {
      const { socket, disconnects } = await joined({ maxHttpBufferSize: 2000 });
      socket.send(frame);
      expect(await socket.closed).toBe(1009);
      await until(() => disconnects.length === 1);
      expect(disconnects).toEqual(["/ transport error"]);
    });

    it("says transport close when the client closes or vanishes", async () => {
      const { socket, disconnects, port } = await joined();
      socket.socket.close();
      await until(() => disconnects.length === 1);
      const other = await SocketWire.open(port);
      await other.join();
      other.end();
      await until(() => disconnects.length === 2);
      expect(disconnects).toEqual(["/ transport close", "/ transport close"]);
    });

    it("closes without a code when the server closes", async () => {
      const { socket, sockets, disconnects } = await joined();
      sockets[0]?.conn.close();
      expect(await socket.closed).toBe(1005);
      expect(disconnects).toEqual(["/ forced close"]);
    });

    it("closes without a code and without DISCONNECT when the server shuts down", async () => {
      const { socket, io, disconnects } = await joined();
      const closed = io.close();
      expect(await socket.closed).toBe(1005);
      await closed;
      expect(socket.unread).toBe(0);
      expect(disconnects).toEqual(["/ server shutting down"]);
    });

    it("sends what is queued before it closes", async () => {
      const { socket, sockets } = await joined();
      sockets[0]?.emit("last");
      sockets[0]?.conn.close();
      expect(await socket.next()).toBe('42["last"]');
      expect(await socket.closed).toBe(1005);
    });

    it("negotiates no compression unless told to", async () => {
      const { port } = await serve();
      const socket = await SocketWire.open(port, "", { perMessageDeflate: true });
      expect((await socket.upgradeHeaders)["sec-websocket-extensions"]).toBeUndefined();
    });

    it("negotiates permessage-deflate when told to", async () => {
      const { port } = await serve({ perMessageDeflate: true });
      const socket = await SocketWire.open(port, "", { perMessageDeflate: true });
      expect((await socket.upgradeHeaders)["sec-websocket-extensions"]).toMatch(
        /^permessage-deflate/,
      );
      await socket.join();
      const text = `42["echo","${"z".repeat(5000)}"]`;
      socket.send(text);
      expect(await socket.next()).toBe(text);
    });

    it("refuses the upgrade of a session that polls for another transport name", async () => {
      const { port, io } = await serve();
      const socket = new SocketWire(port, "/socket.io/?EIO=4&transport=polling");
      expect(await socket.closed).toBe(1005);
      expect(io.engine.clientsCount).toBe(0);
    });
  });

  describe("heartbeat", () => {
    it("pings after the interval and after each pong", async () => {
      const { port } = await serve({ pingInterval: 60, pingTimeout: 1000 });
      const socket = await SocketWire.open(port);
      for (let turn = 0; turn < 4; turn++) {
        expect(await socket.next()).toBe("2");
        socket.send("3");
      }
    });

    it("closes when no pong comes: ping timeout", async () => {
      const { socket, disconnects } = await joined({ pingInterval: 60, pingTimeout: 100 });
      expect(await socket.next()).toBe("2");
      const start = Date.now();
      expect(await socket.closed).toBe(1005);
      expect(Date.now() - start).toBeGreaterThanOrEqual(90);
      expect(disconnects).toEqual(["/ ping timeout"]);
    });

    it("waits longer when something else arrives", async () => {
      const { socket, disconnects } = await joined({ pingInterval: 60, pingTimeout: 600 });
      expect(await socket.next()).toBe("2");
      const start = Date.now();
      await pause(360);
      socket.send('42["echo",1]');
      await pause(180);
      socket.send('42["echo",2]');
      await socket.closed;
      const waited = Date.now() - start;
      // The first restarts the time. The second does not, or it would be 1140 at least; but 600 later there was it.
      const [least, most] = implementation.countsBytes ? [1500, 2100] : [900, 1130];
      expect(waited).toBeGreaterThanOrEqual(least);
      expect(waited).toBeLessThan(most);
      expect(disconnects).toEqual(["/ ping timeout"]);
    });

    it("takes an unasked pong", async () => {
      const { socket, disconnects } = await joined();
      socket.send("3");
      socket.send('42["echo",1]');
      expect(await socket.next()).toBe('42["echo",1]');
      expect(disconnects).toEqual([]);
    });
  });

  describe("upgrade", () => {
    async function polling(options: Record<string, unknown> = {}) {
      const server = await serve(options);
      const session = await PollingWire.open(server.port);
      await session.join();
      return { ...server, session };
    }

    /** The session still works over polling. */
    async function survives(session: PollingWire) {
      await session.post('42["echo","alive"]');
      expect(await session.packets(1)).toContain('42["echo","alive"]');
    }

    it("goes through probe, noop and upgrade", async () => {
      const { session, sockets, disconnects } = await polling();
      const poll = session.poll();
      await pause(30);
      const socket = await SocketWire.probe(session);
      socket.send("2probe");
      expect(await socket.next()).toBe("3probe");
      expect((await poll.response).text).toBe("6");
      expect(sockets[0]?.conn.transport.name).toBe("polling");
      socket.send("5");
      await until(() => sockets[0]?.conn.transport.name === "websocket");
      socket.send('42["echo",1]');
      expect(await socket.next()).toBe('42["echo",1]');
      expect(disconnects).toEqual([]);
      const late = await session.get();
      expect([late.status, late.text]).toEqual([400, '{"code":3,"message":"Bad request"}']);
      socket.end();
    });

    it("answers a poll that begins during the probe with a noop", async () => {
      const { session } = await polling();
      const socket = await SocketWire.probe(session);
      socket.send("2probe");
      await socket.next();
      expect((await session.get()).text).toBe("6");
      socket.end();
    });

    it("answers a GET still pending at `5` with `1`", async () => {
      const { session } = await polling();
      const socket = await SocketWire.probe(session);
      socket.send("2probe");
      await socket.next();
      const poll = session.poll();
      await pause(15);
      socket.send("5");
      const { text } = await poll.response;
      expect(["1", "6"]).toContain(text);
      await socket.join('42["echo",1]');
      socket.end();
    });

    it("holds messages back during the switch and delivers them in order", async () => {
      const { session, sockets } = await polling();
      const socket = await SocketWire.probe(session);
      socket.send("2probe");
      expect(await socket.next()).toBe("3probe");
      for (let n = 0; n < 5; n++) sockets[0]?.emit("n", n);
      socket.send("5");
      for (let n = 0; n < 5; n++) expect(await socket.next()).toBe(`42["n",${n}]`);
      socket.end();
    });

    it.each(['42["echo",1]', "2", "3probe", "2other", "40", "6"])(
      "closes a probing socket whose first packet is %s; the session survives",
      async (packet) => {
        const { session, disconnects } = await polling();
        const socket = await SocketWire.probe(session);
        socket.send(packet);
        expect(await socket.closed).toBe(1005);
        await survives(session);
        expect(disconnects).toEqual([]);
      },
    );

    it("closes a probing socket that does not go on in time; the session survives", async () => {
      const { session, disconnects } = await polling({ upgradeTimeout: 80 });
      const silent = await SocketWire.probe(session);
      expect(await silent.closed).toBe(1005);
      const probed = await SocketWire.probe(session);
      probed.send("2probe");
      expect(await probed.next()).toBe("3probe");
      expect(await probed.closed).toBe(1005);
      await survives(session);
      expect(disconnects).toEqual([]);
    });

    it("lets the session live when the probing socket vanishes, and try again", async () => {
      const { session, sockets } = await polling();
      const first = await SocketWire.probe(session);
      first.send("2probe");
      await first.next();
      first.end();
      await pause(30);
      await survives(session);
      const second = await SocketWire.probe(session);
      second.send("2probe");
      expect(await second.next()).toBe("3probe");
      second.send("5");
      await until(() => sockets[0]?.conn.transport.name === "websocket");
      second.end();
    });

    it("closes a second socket while one is probing, and after", async () => {
      const { session, disconnects, sockets } = await polling();
      const first = await SocketWire.probe(session);
      first.send("2probe");
      await first.next();
      const second = await SocketWire.probe(session);
      expect(await second.closed).toBe(1005);
      first.send("5");
      await until(() => sockets[0]?.conn.transport.name === "websocket");
      const third = await SocketWire.probe(session);
      expect(await third.closed).toBe(1005);
      first.send('42["echo",1]');
      expect(await first.next()).toBe('42["echo",1]');
      expect(disconnects).toEqual([]);
      first.end();
    });

    it("refuses an upgrade of another protocol; the session survives", async () => {
      const { session, refusals } = await polling({ allowEIO3: true });
      const path = session.target.replace("polling", "websocket").replace("EIO=4", "EIO=3");
      const socket = new SocketWire(session.port, path);
      expect(await socket.closed).toBe(1006);
      expect(refusals).toMatchObject([{ code: 3, context: { name: "PROTOCOL_MISMATCH" } }]);
      await survives(session);
    });

    it("closes a probing socket with a broken frame; the session survives", async () => {
      const { session, disconnects } = await polling();
      const socket = await SocketWire.probe(session);
      // A frame with reserved bits set.
      const raw = (socket.socket as unknown as { _socket: { write(data: Buffer): void } })._socket;
      raw.write(Buffer.from([0xf1, 0x80, 0, 0, 0, 0]));
      await socket.closed;
      await survives(session);
      expect(disconnects).toEqual([]);
    });

    it("sets no cookie on the upgrade", async () => {
      const { session } = await polling({ cookie: true });
      const socket = await SocketWire.probe(session);
      expect((await socket.upgradeHeaders)["set-cookie"]).toBeUndefined();
      socket.end();
    });

    it("closes the probing socket when the session ends", async () => {
      const { session } = await polling();
      const socket = await SocketWire.probe(session);
      socket.send("2probe");
      await socket.next();
      await session.post("1");
      await socket.closed;
      const { status } = await http({ port: session.port, path: session.target });
      expect(status).toBe(400);
    });
  });
});
