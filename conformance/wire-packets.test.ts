import { describe, expect, it } from "vitest";
import { pause, until } from "../packages/testkit/src/waiting.ts";
import { PollingWire, SEPARATOR, SocketWire } from "../packages/testkit/src/wire.ts";
import { IMPLEMENTATIONS, wireServers } from "../packages/testkit/src/wire-server.ts";

const PLACEHOLDER = '{"_placeholder":true,"num":0}';
describe.each(IMPLEMENTATIONS)("Socket.IO packets of the $name server", (implementation) => {
  const serve = wireServers(implementation);

  async function opened(options: Record<string, unknown> = {}) {
    const server = await serve(options);
    const socket = await SocketWire.open(server.port);
    return { ...server, socket };
  }

  async function joined(options: Record<string, unknown> = {}) {
    const server = await opened(options);
    await server.socket.join();
    return server;
  }

  /** The connection works: what was sent before has done it no harm. */
  async function alive(socket: SocketWire) {
    socket.send('42["echo","alive"]');
    expect(await socket.next()).toBe('42["echo","alive"]');
  }

  describe("CONNECT", () => {
    it("is answered with an id that is not the engine's", async () => {
      const { socket } = await opened();
      const reply = await socket.join("40");
      const [, sid] = /^40\{"sid":"([\w-]{20})"\}$/.exec(reply) ?? [];
      expect(sid).toBeDefined();
      expect(sid).not.toBe(socket.handshake.sid);
    });

    it("carries credentials", async () => {
      const { socket, sockets } = await opened();
      await socket.join('40{"token":"ż","n":[1]}');
      expect(sockets[0]?.handshake.auth).toEqual({ token: "ż", n: [1] });
    });

    it.each(["40/admin,", "40/admin", '40/admin,{"a":1}'])(
      "joins a namespace with %s",
      async (p) => {
        const { socket } = await opened();
        expect(await socket.join(p)).toMatch(/^40\/admin,\{"sid":"[\w-]{20}"\}$/);
      },
    );

    it("takes a query for a part of the name", async () => {
      const { socket } = await opened();
      expect(await socket.join("40/admin?token=1&x=2,")).toBe(
        '44/admin?token=1&x=2,{"message":"Invalid namespace"}',
      );
    });

    it("is refused for an unknown namespace; the connection stays open", async () => {
      const { socket } = await opened();
      expect(await socket.join("40/nowhere,")).toBe('44/nowhere,{"message":"Invalid namespace"}');
      expect(await socket.join("40")).toMatch(/^40\{/);
      await alive(socket);
    });

    it.each([
      ["a message", new Error("no"), '44{"message":"no"}'],
      [
        "a message and data",
        Object.assign(new Error("no"), { data: { why: [1] } }),
        '44{"message":"no","data":{"why":[1]}}',
      ],
    ])("is refused by a middleware with %s", async (_what, error, packet) => {
      const { socket, io } = await opened();
      io.use((joining, next) => (joining.handshake.auth.ok ? next() : next(error)));
      expect(await socket.join()).toBe(packet);
      expect(await socket.join('40{"ok":true}')).toMatch(/^40\{/);
    });

    it("is refused by a middleware of a namespace", async () => {
      const { socket, io } = await opened();
      io.of("/admin").use((_joining, next) => next(new Error("no")));
      expect(await socket.join("40/admin,")).toBe('44/admin,{"message":"no"}');
    });

    it("must come in time", async () => {
      const { socket, io } = await opened({ connectTimeout: 80 });
      expect(await socket.closed).toBe(1005);
      expect(io.engine.clientsCount).toBe(0);
    });

    it("need not come again after all namespaces are left", async () => {
      const { socket, disconnects } = await joined({ connectTimeout: 80 });
      socket.send("41");
      await pause(200);
      expect(disconnects).toEqual(["/ client namespace disconnect"]);
      expect(await socket.join()).toMatch(/^40\{/);
    });
  });

  describe("EVENT and ACK", () => {
    it("omits the namespace for / and writes it for others", async () => {
      const { socket } = await joined();
      await socket.join("40/admin,");
      socket.send('42["echo",1]');
      expect(await socket.next()).toBe('42["echo",1]');
      socket.send('42/admin,["echo",2]');
      expect(await socket.next()).toBe('42/admin,["echo",2]');
    });

    it.each([0, 1, 17, 999999])("acknowledges id %i", async (id) => {
      const { socket } = await joined();
      socket.send(`42${id}["echo","x",{"y":1}]`);
      expect(await socket.next()).toBe(`43${id}["x",{"y":1}]`);
    });

    it("acknowledges in a namespace, and with nothing", async () => {
      const { socket } = await joined();
      await socket.join("40/admin,");
      socket.send('42/admin,3["echo"]');
      expect(await socket.next()).toBe("43/admin,3[]");
    });

    it("carries binaries and acknowledges with them", async () => {
      const { socket } = await joined();
      socket.send('452-7["echo",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]');
      socket.send(Uint8Array.from([1, 2]));
      socket.send(Uint8Array.from([3]));
      expect(await socket.next()).toBe(
        '462-7[{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]',
      );
      expect(await socket.next()).toEqual(Buffer.from([1, 2]));
      expect(await socket.next()).toEqual(Buffer.from([3]));
    });

    it("carries binaries in a namespace", async () => {
      const { socket } = await joined();
      await socket.join("40/admin,");
      socket.send(`451-/admin,["echo",{"a":${PLACEHOLDER}}]`);
      socket.send(Uint8Array.from([9]));
      expect(await socket.next()).toBe(`451-/admin,["echo",{"a":${PLACEHOLDER}}]`);
      expect(await socket.next()).toEqual(Buffer.from([9]));
    });

    it("takes one attachment for several placeholders", async () => {
      const { socket, sockets } = await joined();
      const got = new Promise<unknown[]>((resolve) =>
        sockets[0]?.on("same", (...args: unknown[]) => resolve(args)),
      );
      socket.send(`451-["same",${PLACEHOLDER},${PLACEHOLDER}]`);
      socket.send(Uint8Array.from([5]));
      expect(await got).toEqual([Buffer.from([5]), Buffer.from([5])]);
    });

    it("leaves look-alikes of placeholders in texts alone", async () => {
      const { socket } = await joined();
      socket.send(`42["echo",${PLACEHOLDER}]`);
      expect(await socket.next()).toBe(`42["echo",${PLACEHOLDER}]`);
    });

    it("numbers its own requests from 0 and takes their answers", async () => {
      const { socket, sockets } = await joined();
      const first = sockets[0]!.emitWithAck("ask", 1);
      expect(await socket.next()).toBe('420["ask",1]');
      const second = sockets[0]!.emitWithAck("ask", 2);
      expect(await socket.next()).toBe('421["ask",2]');
      socket.send('431["two"]');
      socket.send(`461-0[${PLACEHOLDER}]`);
      socket.send(Uint8Array.from([1]));
      expect(await second).toBe("two");
      expect(await first).toEqual(Buffer.from([1]));
    });

    it("encodes as JSON.stringify does", async () => {
      const { socket, sockets } = await joined();
      sockets[0]?.emit("x", undefined, Number.NaN, new Map([[1, 1]]), new Date(0), {
        a: undefined,
      });
      expect(await socket.next()).toBe('42["x",null,null,{},"1970-01-01T00:00:00.000Z",{}]');
    });

    it("numbers attachments depth first", async () => {
      const { socket, sockets } = await joined();
      const bytes = (n: number) => Uint8Array.from([n]);
      sockets[0]?.emit("x", { a: [bytes(1), { b: bytes(2) }] }, bytes(3));
      const placeholder = (num: number) => `{"_placeholder":true,"num":${num}}`;
      expect(await socket.next()).toBe(
        `453-["x",{"a":[${placeholder(0)},{"b":${placeholder(1)}}]},${placeholder(2)}]`,
      );
      for (const n of [1, 2, 3]) expect(await socket.next()).toEqual(Buffer.from([n]));
    });

    it.each([
      ["a numeric event name", "42[12,1]"],
      ["an event without payload", "42"],
      ["an acknowledgement without id", '43["x"]'],
      ["an acknowledgement with an unknown id", '4399["x"]'],
      ["an acknowledgement without payload", "433"],
      ["an event named error", '42["error"]'],
      ["an event named connection", '42["connection",1]'],
      ["an event named like a property of every object", '42["__proto__",1]'],
      ["an event named constructor", '42["constructor",1]'],
      ["keys named __proto__", '42["x",{"__proto__":{"polluted":1}}]'],
    ])("accepts %s", async (_what, packet) => {
      const { socket, disconnects } = await joined();
      socket.send(packet);
      await alive(socket);
      expect(disconnects).toEqual([]);
      expect(({} as { polluted?: number }).polluted).toBeUndefined();
    });
  });

  describe("DISCONNECT", () => {
    it("ends the namespace; the connection stays open", async () => {
      const { socket, disconnects } = await joined();
      await socket.join("40/admin,");
      socket.send("41/admin,");
      await until(() => disconnects.length === 1);
      expect(disconnects).toEqual(["/admin client namespace disconnect"]);
      await alive(socket);
    });

    it.each(["41/admin", "41/admin,"])("is %s, comma or not", async (packet) => {
      const { socket, disconnects } = await joined();
      await socket.join("40/admin,");
      socket.send(packet);
      await until(() => disconnects.length === 1);
      expect(disconnects).toEqual(["/admin client namespace disconnect"]);
    });

    it("is sent by the server for one namespace", async () => {
      const { socket, sockets } = await joined();
      await socket.join("40/admin,");
      sockets[1]?.disconnect();
      expect(await socket.next()).toBe("41/admin,");
      sockets[0]?.disconnect();
      expect(await socket.next()).toBe("41");
    });

    it("is sent for every namespace, then the engine closes, with disconnect(true)", async () => {
      const { socket, sockets, disconnects } = await joined();
      await socket.join("40/admin,");
      sockets[0]?.disconnect(true);
      const packets = [await socket.next(), await socket.next()];
      expect(packets.sort()).toEqual(["41", "41/admin,"]);
      expect(await socket.closed).toBe(1005);
      expect(disconnects.sort()).toEqual([
        "/ server namespace disconnect",
        "/admin server namespace disconnect",
      ]);
    });

    it("leads to a new socket with a new id at the next CONNECT", async () => {
      const { socket, sockets } = await opened();
      const first = await socket.join();
      sockets[0]?.disconnect();
      expect(await socket.next()).toBe("41");
      const second = await socket.join();
      expect(second).toMatch(/^40\{/);
      expect(second).not.toBe(first);
      await alive(socket);
    });

    it(`means that a later event for the namespace ${implementation.lateEvent}`, async () => {
      const { socket, sockets } = await joined();
      await socket.join("40/admin,");
      sockets[0]?.disconnect();
      expect(await socket.next()).toBe("41");
      socket.send('42["echo",1]');
      if (implementation.lateEvent === "is dropped") {
        socket.send('42/admin,["echo",2]');
        expect(await socket.next()).toBe('42/admin,["echo",2]');
      } else {
        expect(await socket.closed).toBe(1005);
      }
    });
  });

  describe("closes the connection on", () => {
    const text: readonly string[] = [
      "40[]",
      "40null",
      '40"x"',
      "401",
      "41{}",
      "41[]",
      "42null",
      "42{}",
      "42[]",
      "42[{}]",
      "42[null]",
      "42[[]]",
      "42[true]",
      '42"x"',
      '42abc["x"]',
      '421.5["x"]',
      '42-1["x"]',
      '42["x"',
      '42["x"]]',
      '42["x",]',
      "430{}",
      '430"x"',
      '45["x"]',
      '451["x"]',
      '451.5-["x"]',
      '450-["x"]',
      '45-1-["x"]',
      '4511-["x"]',
      '4599999-["x"]',
      '46["x"]',
      "4",
      "47",
      "4x",
      '4["x"]',
      '44{"message":"x"}',
      "44",
      "40",
      ...["connect", "connect_error", "disconnect", "disconnecting"].map((name) => `42["${name}"]`),
      ...["newListener", "removeListener"].map((name) => `42["${name}"]`),
      '42/admin,["x"]',
      "41/admin,",
      "43/admin,0[]",
    ];

    it.each(text)("%s", async (packet) => {
      const { socket, disconnects, io } = await joined();
      socket.send(packet);
      expect(await socket.closed).toBe(1005);
      await until(() => disconnects.length === 1);
      expect(disconnects).toEqual(["/ forced close"]);
      await until(() => io.engine.clientsCount === 0);
    });

    it.each([
      ["a text while attachments are outstanding", ['451-["x"]', '42["y"]']],
      ["a binary that nobody awaits", [Uint8Array.from([1])]],
      [
        "a binary too many",
        [`451-["x",${PLACEHOLDER}]`, Uint8Array.from([1]), Uint8Array.from([2])],
      ],
      [
        "a placeholder beyond the count",
        ['451-["x",{"_placeholder":true,"num":1}]', Uint8Array.of(1)],
      ],
      ["a negative placeholder", ['451-["x",{"_placeholder":true,"num":-1}]', Uint8Array.of(1)]],
      [
        "a placeholder that is text",
        ['451-["x",{"_placeholder":true,"num":"0"}]', Uint8Array.of(1)],
      ],
      ["a placeholder without number", ['451-["x",{"_placeholder":true}]', Uint8Array.of(1)]],
    ] as const)("%s", async (_what, frames) => {
      const { socket, disconnects, errors } = await joined();
      for (const frame of frames) socket.send(frame);
      expect(await socket.closed).toBe(1005);
      await until(() => disconnects.length === 1);
      expect(disconnects).toEqual(["/ forced close"]);
      expect(errors).toHaveLength(1);
    });

    it.each(['42["x"]', "41", "430[]", '40/admin,{"a":1}x'])(
      "%s before any CONNECT",
      async (packet) => {
        const { socket, io } = await opened();
        socket.send(packet);
        expect(await socket.closed).toBe(1005);
        await until(() => io.engine.clientsCount === 0);
      },
    );

    it("an undecodable packet, after an `error` event for every socket", async () => {
      const { socket, disconnects, errors } = await joined();
      await socket.join("40/admin,");
      socket.send("42{}");
      expect(await socket.closed).toBe(1005);
      await until(() => disconnects.length === 2);
      expect(errors).toHaveLength(2);
      expect(disconnects.sort()).toEqual(["/ forced close", "/admin forced close"]);
    });

    it("more attachments than ten, and not on ten", async () => {
      const { socket } = await joined();
      const list = Array.from({ length: 10 }, (_, num) => `{"_placeholder":true,"num":${num}}`);
      socket.send(`4510-["echo",${list.join(",")}]`);
      for (let i = 0; i < 10; i++) socket.send(Uint8Array.of(i));
      expect(await socket.next()).toBe(`4510-["echo",${list.join(",")}]`);
      for (let i = 0; i < 10; i++) expect(await socket.next()).toEqual(Buffer.of(i));
    });
  });

  describe("sample exchanges", () => {
    it("goes from polling to WebSocket as observed", async () => {
      const { port } = await serve();
      const session = await PollingWire.open(port, "&t=abc");
      const posted = await session.post('40{"token":"x"}');
      expect(posted.text).toBe("ok");
      expect((await session.get()).text).toMatch(/^40\{"sid":"[\w-]{20}"\}$/);
      const pending = session.poll();
      await pause(20);
      const socket = await SocketWire.probe(session);
      socket.send("2probe");
      expect(await socket.next()).toBe("3probe");
      const start = Date.now();
      expect((await pending.response).text).toBe("6");
      expect(Date.now() - start).toBeLessThan(250);
      socket.send("5");
      socket.send('420["echo",1]');
      expect(await socket.next()).toBe("430[1]");
      socket.end();
    });

    it("merges two binaries over WebSocket as observed", async () => {
      const { socket, sockets } = await joined();
      sockets[0]?.on("merge", (a: Buffer, b: Buffer, reply: (...args: unknown[]) => void) =>
        reply("done", Buffer.concat([a, b])),
      );
      socket.send('452-7["merge",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]');
      socket.send(Uint8Array.of(1, 2, 3));
      socket.send(Uint8Array.of(4, 5, 6));
      expect(await socket.next()).toBe(`461-7["done",${PLACEHOLDER}]`);
      expect(await socket.next()).toEqual(Buffer.of(1, 2, 3, 4, 5, 6));
    });

    it("says `forced server close` when the engine cannot close at once", async () => {
      const { port, disconnects } = await serve();
      const session = await PollingWire.open(port);
      await session.join();
      await session.post('42/admin,["x"]');
      await until(() => disconnects.length === 1);
      expect(disconnects).toEqual(["/ forced server close"]);
      expect((await session.get()).text).toBe(`6${SEPARATOR}1`);
    });
  });
});
