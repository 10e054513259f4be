import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { pause, until } from "../packages/testkit/src/waiting.ts";
import {
  begin,
  http,
  PollingWire,
  SEPARATOR,
  SocketWire,
  tcp,
  upgradeRequest,
  type WireRequest,
} from "../packages/testkit/src/wire.ts";
import {
  IMPLEMENTATIONS,
  startWireServer,
  type WireServer,
} from "../packages/testkit/src/wire-server.ts";

const PATH = "/socket.io/?EIO=4&transport=polling";
const LIMIT = 20_000;
describe.each(IMPLEMENTATIONS)("bad input to the $name server", (implementation) => {
  let server: WireServer;
  let healthy: SocketWire;
  let count: number;
  const openResponses = new Set<string>();
  const crashes: unknown[] = [];
  const endings: (() => unknown)[] = [];
  const note = (error: unknown) => crashes.push(error);

  beforeAll(async () => {
    process.on("uncaughtException", note);
    process.on("unhandledRejection", note);
    server = await startWireServer(implementation, { maxHttpBufferSize: LIMIT, allowEIO3: true });
    let number = 0;
    server.httpServer.on("request", (request, response) => {
      const name = `${++number} ${request.method} ${String(request.url).slice(0, 80)}`;
      openResponses.add(name);
      response.once("close", () => openResponses.delete(name));
    });
    healthy = await SocketWire.open(server.port);
    await healthy.join();
  });

  beforeEach(() => {
    count = server.io.engine.clientsCount;
  });

  /** What must hold whatever was sent. */
  afterEach(async () => {
    for (const ending of endings.splice(0)) await ending();
    healthy.send('42["echo","healthy"]');
    expect(await healthy.next()).toBe('42["echo","healthy"]');
    await until(
      () => openResponses.size === 0,
      () => `open: ${[...openResponses].join("; ")}`,
    );
    await until(
      () => server.io.engine.clientsCount === count,
      () => `${server.io.engine.clientsCount} engine clients, ${count} before`,
    );
    expect(crashes.splice(0)).toEqual([]);
  });

  afterAll(async () => {
    process.off("uncaughtException", note);
    process.off("unhandledRejection", note);
    await server.close();
  });

  async function polling(): Promise<PollingWire> {
    const session = await PollingWire.open(server.port);
    await session.join();
    endings.push(() => session.post("1").catch(() => {}));
    return session;
  }

  async function websocket(): Promise<SocketWire> {
    const socket = await SocketWire.open(server.port);
    await socket.join();
    endings.push(() => socket.end());
    return socket;
  }

  function send(wanted: Omit<WireRequest, "port">) {
    return http({ ...wanted, port: server.port });
  }

  describe("engine packets", () => {
    it.each([
      ["letters", "hello"],
      ["an unknown type", "8"],
      ["only separators", SEPARATOR.repeat(50)],
      ["a thousand empty packets", Array(1000).fill("4").join(SEPARATOR)],
      ["base64 that is none", "b****"],
      ["an empty binary", "b"],
      ["bytes that are not UTF-8", Buffer.from([0x34, 0x32, 0xff, 0xfe, 0xc0, 0x80])],
      ["a character cut in two", Buffer.from([0x34, 0x32, 0x22, 0xe2, 0x82])],
      ["zero bytes", Buffer.alloc(1000)],
      ["another protocol's lengths", "6:4hello2:4€"],
      ["a form", "d=42%5B%22x%22%5D"],
    ])("survives a POST of %s", async (_what, body) => {
      const session = await polling();
      expect((await session.post(body)).status).toBe(200);
    });

    it.each([
      ["letters", "hello"],
      ["an unknown type", "8"],
      ["an empty frame", ""],
      ["a probe out of place", "2probe"],
      ["base64 that is none", "b****"],
      ["a binary out of place", Buffer.alloc(10)],
    ])("survives a frame of %s", async (_what, frame) => {
      const socket = await websocket();
      socket.send(frame);
      await pause(20);
    });

    it("survives a text frame that is not UTF-8", async () => {
      const socket = await websocket();
      rawWrite(socket, [0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe]);
      await socket.closed;
    });

    it.each([
      ["reserved bits", [0xf1, 0x80, 0, 0, 0, 0]],
      ["an unmasked frame", [0x81, 0x01, 0x34]],
      ["an unknown opcode", [0x83, 0x80, 0, 0, 0, 0]],
      ["a continuation of nothing", [0x80, 0x80, 0, 0, 0, 0]],
      ["an enormous length", [0x81, 0xff, 0x7f, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0]],
      ["a fragmented ping", [0x09, 0x80, 0, 0, 0, 0]],
      ["a close frame of one byte", [0x88, 0x81, 0, 0, 0, 0, 3]],
    ])("survives %s, in a session and during an upgrade", async (_what, bytes) => {
      const socket = await websocket();
      rawWrite(socket, bytes);
      await socket.closed;
      const session = await polling();
      const probe = await SocketWire.probe(session);
      rawWrite(probe, bytes);
      await probe.closed;
      await session.post('42["echo",1]');
      expect(await session.packets(1)).toContain('42["echo",1]');
    });
  });

  describe("Socket.IO packets", () => {
    const deep = (open: string, close: string, depth: number) =>
      `42["x",${open.repeat(depth)}${close.repeat(depth)}]`;

    it.each([
      ["no JSON", "42["],
      ["an object for a name", "42[{}]"],
      ["an array for a name", '42[["echo"]]'],
      ["null for a name", "42[null]"],
      ["a reserved name", '42["disconnect"]'],
      ["an event named error", '42["error",{"message":"x"}]'],
      ["an event named error without argument", '42["error"]'],
      ["an event named __proto__", '42["__proto__"]'],
      ["an event named hasOwnProperty", '420["hasOwnProperty"]'],
      [
        "an object with __proto__",
        '42["echo",{"__proto__":{"bad":true},"constructor":{"prototype":{"bad":1}}}]',
      ],
      ["an own toJSON", '42["echo",{"toJSON":1,"then":2}]'],
      ["an id beyond all numbers", `42${"9".repeat(400)}["echo"]`],
      ["an endless namespace", `40/${"n".repeat(15000)},`],
      ["a namespace named __proto__", "40/__proto__,"],
      ["a namespace named constructor", "40/constructor,"],
      ["CONNECT twice", "40"],
      ["CONNECT with an array", "40/admin,[]"],
      ["a refusal", '44{"message":"no"}'],
      ["a huge attachment count", '4599999999999-["x"]'],
      ["attachments of the length of Infinity", '45Infinity-["x"]'],
      ["a negative attachment count", '45-5-["x"]'],
      ["arrays nested 9,000 deep", deep("[", "]", 9000)],
      ["objects nested 3,000 deep", deep('{"a":', "}", 3000).replace('{"a":}', '{"a":1}')],
    ])("survives %s, over WebSocket and polling", async (_what, packet) => {
      const socket = await websocket();
      socket.send(packet);
      const session = await polling();
      await session.post(packet);
      await pause(20);
      expect(({} as { bad?: unknown }).bad).toBeUndefined();
    });

    it.each([
      ["fewer attachments than announced", '453-["echo",{"_placeholder":true,"num":0}]', 1],
      ["more attachments than announced", '451-["echo",{"_placeholder":true,"num":0}]', 3],
      ["a placeholder beyond the count", '451-["echo",{"_placeholder":true,"num":7}]', 1],
      ["a negative placeholder", '451-["echo",{"_placeholder":true,"num":-1}]', 1],
      ["a fractional placeholder", '451-["echo",{"_placeholder":true,"num":0.5}]', 1],
      ["a placeholder of text", '451-["echo",{"_placeholder":true,"num":"length"}]', 1],
      ["a placeholder of null", '451-["echo",{"_placeholder":true,"num":null}]', 1],
      ["a placeholder for a name", '451-[{"_placeholder":true,"num":0}]', 1],
      ["no placeholder at all", '451-["echo"]', 1],
      ["a payload that is a placeholder", '451-{"_placeholder":true,"num":0}', 1],
    ])("survives %s", async (_what, packet, binaries) => {
      const socket = await websocket();
      socket.send(packet);
      for (let i = 0; i < binaries; i++) socket.send(Buffer.from([i]));
      const session = await polling();
      await session.post([packet, ...Array(binaries).fill("bAQ==")].join(SEPARATOR));
      await pause(20);
    });

    it(`${implementation.refusesDeepNesting ? "closes on" : "takes"} arrays nested 9,000 deep`, async () => {
      const socket = await websocket();
      socket.send(deep("[", "]", 9000));
      if (implementation.refusesDeepNesting) {
        expect(await socket.closed).toBe(1005);
      } else {
        socket.send('42["echo",1]');
        expect(await socket.next()).toBe('42["echo",1]');
      }
    });

    it("survives a flood of connects to unknown namespaces", async () => {
      const socket = await websocket();
      for (let i = 0; i < 500; i++) socket.send(`40/none${i},`);
      for (let i = 0; i < 500; i++) {
        expect(await socket.next()).toBe(`44/none${i},{"message":"Invalid namespace"}`);
      }
    });
  });

  describe("requests", () => {
    it.each([
      ["__proto__", "__proto__"],
      ["constructor", "constructor"],
      ["toString", "toString"],
      ["hasOwnProperty", "hasOwnProperty"],
      ["nothing", ""],
      ["a zero byte", "%00"],
      ["5,000 letters", "a".repeat(5000)],
    ])("refuses a session id of %s", async (_what, sid) => {
      const target = `${PATH}&sid=${sid}`;
      const answers = [
        await send({ path: target }),
        await send({ path: target, body: "40" }),
        await send({ path: target, method: "DELETE" }),
      ];
      for (const { status, text } of answers) {
        // An empty sid is none: a handshake, which only GET may ask for.
        if (status === 200) {
          const session = JSON.parse(text.slice(1)) as { sid: string };
          await send({ path: `${PATH}&sid=${session.sid}`, body: "1" });
        } else {
          expect(status).toBe(400);
        }
      }
      const upgrade = await tcp(
        server.port,
        upgradeRequest(`/socket.io/?EIO=4&transport=websocket&sid=${sid || "none"}`),
      );
      expect(upgrade).toMatch(/^HTTP\/1\.1 400/);
    });

    it.each(["HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])(
      "answers %s, with and without session",
      async (method) => {
        const session = await polling();
        expect((await send({ path: PATH, method })).status).toBe(400);
        expect((await send({ path: session.target, method })).status).toBe(500);
      },
    );

    it.each([
      "/socket.io/",
      "/socket.io/?",
      "/socket.io/?EIO",
      "/socket.io/?EIO=4",
      "/socket.io/?EIO=4&transport",
      "/socket.io/?EIO=4&transport=__proto__",
      "/socket.io/?EIO=4&transport=polling&transport=websocket",
      "/socket.io/?EIO=99999999999999999999&transport=polling&sid=1",
      "/socket.io/?%",
      "/socket.io/?EIO=4&transport=%E0%A4%A",
      "/socket.io/../socket.io/?x",
      "/socket.io//?EIO=4",
      "/socket.io/socket.io.js.map/../../x",
      "/socket.io/%00",
    ])("answers %s", async (path) => {
      expect((await send({ path })).status).toBe(400);
    });

    it("answers a body over the limit, announced or in chunks, with 413", async () => {
      const big = "x".repeat(LIMIT * 3);
      const announced = await polling();
      expect((await announced.post(big)).status).toBe(413);
      const chunked = await polling();
      expect((await chunked.post([big.slice(0, LIMIT), big.slice(LIMIT)])).status).toBe(413);
    });

    it("refuses what only seems to be within the limit", async () => {
      const socket = await websocket();
      socket.send(`42["echo","${"x".repeat(LIMIT)}"]`);
      expect(await socket.closed).toBe(1009);
    });

    it("ends both of two polls", async () => {
      const session = await polling();
      const [first, second] = await Promise.all([session.get(), session.get()]);
      expect([first?.status, second?.status].sort()).toEqual([200, 400]);
    });

    it("ends both of two posts", async () => {
      const session = await polling();
      const slow = begin({
        port: server.port,
        path: session.target,
        method: "POST",
        headers: { "Content-Length": 50 },
        body: "42",
      });
      await pause(30);
      expect((await session.post("42[]")).status).toBe(400);
      slow.abort();
    });

    it("survives aborted polls and posts at every stage", async () => {
      for (const delay of [0, 1, 5, 20]) {
        const session = await polling();
        const poll = session.poll();
        await pause(delay);
        poll.abort();
        const other = await polling();
        const post = begin({
          port: server.port,
          path: other.target,
          method: "POST",
          headers: { "Content-Length": 1000, "Content-Type": "text/plain" },
          body: "42",
        });
        await pause(delay + 10);
        post.abort();
        // Aborted before the server saw it, a request leaves the session as it was.
        await pause(20);
      }
    });

    it("refuses an octet-stream", async () => {
      const session = await polling();
      const type = { "Content-Type": "application/octet-stream" };
      expect((await session.post(Buffer.from([0, 1, 255, 4]), type)).status).toBe(400);
    });

    it("takes any other content type, and none", async () => {
      for (const type of ["", "application/json", "multipart/form-data", "\u00e9"]) {
        const session = await polling();
        expect((await session.post('42["echo",1]', { "Content-Type": type })).status).toBe(200);
        expect(await session.packets(1)).toContain('42["echo",1]');
      }
    });

    it("refuses an upgrade that speaks another protocol; the session lives on", async () => {
      const session = await polling();
      const path = session.target.replace("EIO=4", "EIO=3").replace("polling", "websocket");
      expect(await tcp(server.port, upgradeRequest(path))).toMatch(/^HTTP\/1\.1 400/);
      await session.post('42["echo",1]');
      expect(await session.packets(1)).toContain('42["echo",1]');
    });

    it.each([
      ["another version", { "Sec-WebSocket-Version": "7" }],
      ["a bad key", { "Sec-WebSocket-Key": "short" }],
      ["no key", { "Sec-WebSocket-Key": "" }],
      ["another protocol", { Upgrade: "h2c" }],
    ])("survives an upgrade with %s", async (_what, headers) => {
      const answer = await tcp(
        server.port,
        upgradeRequest("/socket.io/?EIO=4&transport=websocket", headers),
      );
      expect(answer).not.toMatch(/^HTTP\/1\.1 101/);
    });

    it("survives an upgrade request whose connection dies at once", async () => {
      for (let i = 0; i < 10; i++) {
        const socket = new SocketWire(server.port, "/socket.io/?EIO=4&transport=websocket");
        setTimeout(() => socket.end(), i);
        await socket.closed;
      }
    });

    it("survives 2,000 headers", async () => {
      const many = Array.from({ length: 2000 }, (_, i) => `h${i}: 1\r\n`).join("");
      const answer = await tcp(
        server.port,
        `GET ${PATH}&sid=none HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${many}\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d/);
    });

    it("survives a huge URL", async () => {
      const long = "x".repeat(15_200);
      const { status } = await send({ path: `${PATH}&sid=none&x=${long}` });
      expect(status).toBe(implementation.longUrl);
      const answer = await tcp(
        server.port,
        `GET ${PATH}&x=${"x".repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
      );
      expect(answer === "" || /^HTTP\/1\.1 4\d\d/.test(answer)).toBe(true);
    });

    it.each([
      ["no HTTP", "hello\r\n\r\n"],
      ["a broken request line", "GET\r\n\r\n"],
      [
        "two content lengths",
        `POST ${PATH} HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n`,
      ],
      [
        "a broken chunk",
        `POST ${PATH}&sid=x HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
      ],
    ])("survives %s", async (_what, text) => {
      expect(await tcp(server.port, text)).toMatch(/^HTTP\/1\.1 400/);
    });
  });
});

function rawWrite(wire: SocketWire, bytes: number[]): void {
  const { _socket } = wire.socket as unknown as { _socket: { write(data: Buffer): void } };
  _socket.write(Buffer.from(bytes));
}
