import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import {
  begin,
  http,
  PollingWire,
  SEPARATOR,
  SocketWire,
  tcp,
  upgradeRequest,
} from "../packages/testkit/src/wire.ts";
import { IMPLEMENTATIONS, wireServers } from "../packages/testkit/src/wire-server.ts";

const PATH = "/socket.io/?EIO=4&transport=polling";
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 3000; !condition() && Date.now() < end; ) await pause(5);
  expect(condition()).toBe(true);
}

describe.each(IMPLEMENTATIONS)("HTTP of the $name server", (implementation) => {
  const serve = wireServers(implementation);

  describe("handshake", () => {
    it("answers with the open packet, its keys in order", async () => {
      const { port } = await serve({
        pingInterval: 21000,
        pingTimeout: 11000,
        maxHttpBufferSize: 5000,
      });
      const { status, headers, text } = await http({ port, path: `${PATH}&t=abc` });
      expect(status).toBe(200);
      expect(headers["content-type"]).toBe("text/plain; charset=UTF-8");
      expect(headers["cache-control"]).toBe("no-store");
      expect(headers["set-cookie"]).toBeUndefined();
      expect(headers["access-control-allow-origin"]).toBeUndefined();
      const [, sid] = /"sid":"([\w-]{20})"/.exec(text) ?? [];
      expect(text).toBe(
        `0{"sid":"${sid}","upgrades":["websocket"],"pingInterval":21000,"pingTimeout":11000,"maxPayload":5000}`,
      );
    });

    it("has Socket.IO's defaults", async () => {
      const { port } = await serve();
      const { handshake } = await PollingWire.open(port);
      expect(handshake).toMatchObject({
        upgrades: ["websocket"],
        pingInterval: 25000,
        pingTimeout: 20000,
        maxPayload: 1000000,
      });
    });

    it("offers no upgrade when there is none", async () => {
      const one = await serve({ allowUpgrades: false });
      expect((await PollingWire.open(one.port)).handshake.upgrades).toEqual([]);
      const other = await serve({ transports: ["polling"] });
      expect((await PollingWire.open(other.port)).handshake.upgrades).toEqual([]);
    });

    it("gives every session another id", async () => {
      const { port } = await serve();
      const sids = new Set<string>();
      for (let i = 0; i < 20; i++) sids.add((await PollingWire.open(port)).sid);
      expect(sids.size).toBe(20);
    });

    it("says nothing more until the client sends CONNECT", async () => {
      const { port } = await serve();
      const session = await PollingWire.open(port);
      const poll = session.poll();
      const first = await Promise.race([poll.response, pause(150)]);
      expect(first).toBeUndefined();
      await session.post("40");
      expect((await poll.response).text).toMatch(/^40\{"sid":"[\w-]{20}"\}$/);
    });

    it("takes the last of duplicate query keys and shows the query", async () => {
      const { port, sockets } = await serve();
      const session = await PollingWire.open(port, "&x=1&x=2&y=%C4%85%20b");
      await session.join();
      expect(sockets[0]?.handshake.query).toMatchObject({
        x: "2",
        y: "ą b",
        EIO: "4",
        transport: "polling",
      });
    });
  });

  describe("path", () => {
    it("matches by prefix with its trailing slash", async () => {
      const { port } = await serve();
      const query = "?EIO=4&transport=polling";
      expect((await http({ port, path: `/socket.io/anything${query}` })).status).toBe(200);
      expect((await http({ port, path: `/socket.io${query}` })).status).toBe(404);
      expect((await http({ port, path: "/other" })).text).toBe("page");
    });

    it("matches without trailing slash when told so", async () => {
      const { port } = await serve({ addTrailingSlash: false });
      const query = "?EIO=4&transport=polling";
      expect((await http({ port, path: `/socket.io${query}` })).status).toBe(200);
    });

    it("can be another one", async () => {
      const { port } = await serve({ path: "/live/" });
      const session = await PollingWire.open(port, "", "/live/");
      expect(await session.join()).toMatch(/^40/);
      expect((await http({ port, path: PATH })).status).toBe(404);
    });
  });

  describe("payloads", () => {
    it("carries several packets in one POST, separated by 0x1e", async () => {
      const { port } = await serve();
      const session = await PollingWire.open(port);
      await session.join();
      const body = ['42["echo","a"]', '42["echo","b€"]', "3"].join(SEPARATOR);
      const answer = await session.post(body);
      expect(answer.status).toBe(200);
      expect(answer.text).toBe("ok");
      expect(answer.headers["content-type"]).toBe("text/html");
      expect(answer.headers["content-length"]).toBe("2");
      expect(answer.headers["cache-control"]).toBe("no-store");
      expect(await session.packets(2)).toEqual(['42["echo","a"]', '42["echo","b€"]']);
    });

    it("carries binary messages as b and base64", async () => {
      const { port } = await serve();
      const session = await PollingWire.open(port);
      await session.join();
      await session.post(`451-["echo",{"_placeholder":true,"num":0}]${SEPARATOR}bAQIDBA==`);
      const packets = await session.packets(2);
      expect(packets).toEqual(['451-["echo",{"_placeholder":true,"num":0}]', "bAQIDBA=="]);
    });

    it("answers a poll with all that is waiting, as text/plain", async () => {
      const { port, sockets } = await serve();
      const session = await PollingWire.open(port);
      await session.join();
      for (const n of [1, 2, 3]) sockets[0]?.emit("n", n);
      await pause(30);
      const { headers, text } = await session.get();
      expect(text).toBe(['42["n",1]', '42["n",2]', '42["n",3]'].join(SEPARATOR));
      expect(headers["content-type"]).toBe("text/plain; charset=UTF-8");
      expect(headers["cache-control"]).toBe("no-store");
      expect(headers["content-length"]).toBe(String(Buffer.byteLength(text)));
    });

    it("delivers the packets before an invalid one", async () => {
      const { port, disconnects } = await serve();
      const session = await PollingWire.open(port);
      await session.join();
      const poll = session.poll();
      await session.post(['42["echo",1]', "x", '42["echo",2]'].join(SEPARATOR));
      const packets = (await poll.response).text.split(SEPARATOR);
      expect(packets).not.toContain('42["echo",2]');
      await until(() => disconnects.length === 1);
      expect(disconnects).toEqual(["/ parse error"]);
    });

    it("takes a body in chunks that split a character", async () => {
      const { port } = await serve();
      const session = await PollingWire.open(port);
      await session.join();
      const body = Buffer.from('42["echo","€uro"]');
      const answer = await session.post([body.subarray(0, 12), body.subarray(12)]);
      expect(answer.text).toBe("ok");
      expect(await session.packets(1)).toEqual(['42["echo","€uro"]']);
    });

    it("refuses an octet-stream and closes the session", async () => {
      const { port, disconnects } = await serve();
      const session = await PollingWire.open(port);
      await session.join();
      const answer = await session.post("42[]", { "Content-Type": "application/octet-stream" });
      expect(answer.status).toBe(400);
      expect(answer.text).toBe("");
      await until(() => disconnects.length === 1);
      expect(disconnects).toEqual(["/ transport error"]);
    });
  });

  describe("polling rules", () => {
    async function joined(options: Record<string, unknown> = {}) {
      const server = await serve(options);
      const session = await PollingWire.open(server.port);
      await session.join();
      return { ...server, session };
    }

    async function gone(session: PollingWire) {
      const { status, text } = await session.get();
      expect(status).toBe(400);
      expect(JSON.parse(text)).toEqual({ code: 1, message: "Session ID unknown" });
    }

    it("refuses a second GET, ends the first with `1`, closes the session", async () => {
      const { session, disconnects } = await joined();
      const first = session.poll();
      await pause(30);
      const second = await session.get();
      expect([second.status, second.text]).toEqual([400, ""]);
      const { status, text } = await first.response;
      expect([status, text]).toEqual([200, "1"]);
      expect(disconnects).toEqual(["/ transport error"]);
      await gone(session);
    });

    it("refuses a second POST and closes the session", async () => {
      const { session, disconnects, port } = await joined();
      const slow = begin({
        port,
        path: session.target,
        method: "POST",
        headers: { "Content-Type": "text/plain", "Content-Length": 100 },
        body: "42",
      });
      await pause(50);
      const second = await session.post('42["x"]');
      expect([second.status, second.text]).toEqual([400, ""]);
      await until(() => disconnects.length === 1);
      expect(disconnects).toEqual(["/ transport error"]);
      slow.abort();
    });

    it("answers other methods with 500 and keeps the session", async () => {
      const { session, port } = await joined();
      for (const method of ["PUT", "DELETE", "PATCH", "OPTIONS"]) {
        const { status, text } = await http({ port, path: session.target, method });
        expect([method, status, text]).toEqual([method, 500, ""]);
      }
      await session.post('42["echo",1]');
      expect(await session.packets(1)).toEqual(['42["echo",1]']);
    });

    it.each([
      ["a content length", (body: string) => body],
      ["chunks", (body: string) => [body.slice(0, 1500), body.slice(1500)]],
    ])("refuses a body over the limit, sent with %s, with 413", async (_way, form) => {
      const { session } = await joined({ maxHttpBufferSize: 2000 });
      const answer = await session.post(form(`42["echo","${"x".repeat(4000)}"]`));
      expect([answer.status, answer.text]).toEqual([413, ""]);
      await session.post('42["echo","small"]');
      expect(await session.packets(1)).toEqual(['42["echo","small"]']);
    });

    it("closes the session when a pending GET is aborted", async () => {
      const { session, disconnects } = await joined();
      const poll = session.poll();
      await pause(40);
      poll.abort();
      await until(() => disconnects.length === 1);
      expect(disconnects).toEqual(["/ transport error"]);
    });

    it("closes the session when a POST is aborted in its body", async () => {
      const { session, disconnects, port } = await joined();
      const half = begin({
        port,
        path: session.target,
        method: "POST",
        headers: { "Content-Type": "text/plain", "Content-Length": 100 },
        body: "42",
      });
      await pause(40);
      half.abort();
      await until(() => disconnects.length === 1);
      expect(disconnects).toEqual(["/ transport error"]);
    });

    it("ends with a close packet: `ok`, and `6` to the pending GET", async () => {
      const { session, disconnects } = await joined();
      const poll = session.poll();
      await pause(30);
      const answer = await session.post("1");
      expect([answer.status, answer.text]).toEqual([200, "ok"]);
      expect((await poll.response).text).toBe("6");
      expect(disconnects).toEqual(["/ transport close"]);
      await gone(session);
    });

    it.each([
      ["an empty body", ""],
      ["an unknown packet type", "9"],
      ["a letter", "hello"],
    ])("ends with %s: `ok`, and `1` to the pending GET", async (_what, body) => {
      const { session, disconnects } = await joined();
      const poll = session.poll();
      await pause(30);
      const answer = await session.post(body);
      expect([answer.status, answer.text]).toEqual([200, "ok"]);
      expect((await poll.response).text).toBe("1");
      expect(disconnects).toEqual(["/ parse error"]);
      await gone(session);
    });

    it("ends with a ping from the client: `ok`, transport error", async () => {
      const { session, disconnects } = await joined();
      const answer = await session.post("2");
      expect([answer.status, answer.text]).toEqual([200, "ok"]);
      await until(() => disconnects.length === 1);
      expect(disconnects).toEqual(["/ transport error"]);
    });

    it("tells the pending GET that the server closed", async () => {
      const { session, sockets, disconnects } = await joined();
      const poll = session.poll();
      await pause(30);
      sockets[0]?.conn.close();
      expect((await poll.response).text).toBe("1");
      expect(disconnects).toEqual(["/ forced close"]);
      await gone(session);
    });

    it("tells the next GET that the server closed", async () => {
      const { session, sockets } = await joined();
      sockets[0]?.conn.close();
      await pause(30);
      expect((await session.get()).text).toBe(`6${SEPARATOR}1`);
      await gone(session);
    });
  });

  describe("heartbeat", () => {
    it("pings after the interval and after each pong", async () => {
      const { port } = await serve({ pingInterval: 80, pingTimeout: 2000 });
      const session = await PollingWire.open(port);
      for (let turn = 0; turn < 3; turn++) {
        expect((await session.get()).text).toBe("2");
        expect((await session.post("3")).text).toBe("ok");
      }
    });

    it("closes a session that does not answer: `ping timeout`", async () => {
      const { port, disconnects, io } = await serve({ pingInterval: 60, pingTimeout: 100 });
      const session = await PollingWire.open(port);
      await session.join();
      expect((await session.get()).text).toBe("2");
      await until(() => disconnects.length === 1);
      expect(disconnects).toEqual(["/ ping timeout"]);
      expect(io.engine.clientsCount).toBe(0);
    });
  });

  describe("errors", () => {
    interface Row {
      readonly what: string;
      readonly path: string;
      readonly method?: string;
      readonly headers?: Record<string, string>;
      readonly status?: number;
      readonly code: number;
      readonly message: string;
      readonly context: Record<string, unknown>;
    }

    const rows: Row[] = [
      {
        what: "an unknown transport",
        path: "/socket.io/?EIO=4&transport=pigeon",
        code: 0,
        message: "Transport unknown",
        context: { transport: "pigeon" },
      },
      {
        what: "webtransport in the query",
        path: "/socket.io/?EIO=4&transport=webtransport",
        code: 0,
        message: "Transport unknown",
        context: { transport: "webtransport" },
      },
      {
        what: "a transport named like a property of every object",
        path: "/socket.io/?EIO=4&transport=constructor",
        code: 0,
        message: "Transport unknown",
        context: { transport: "constructor" },
      },
      {
        what: "an unknown session",
        path: `${PATH}&sid=abc`,
        code: 1,
        message: "Session ID unknown",
        context: { sid: "abc" },
      },
      {
        what: "a session named __proto__",
        path: `${PATH}&sid=__proto__`,
        code: 1,
        message: "Session ID unknown",
        context: { sid: "__proto__" },
      },
      {
        what: "a handshake by POST",
        path: PATH,
        method: "POST",
        code: 2,
        message: "Bad handshake method",
        context: { method: "POST" },
      },
      {
        what: "a preflight without cors",
        path: PATH,
        method: "OPTIONS",
        code: 2,
        message: "Bad handshake method",
        context: { method: "OPTIONS" },
      },
      {
        what: "a plain request with transport=websocket",
        path: "/socket.io/?EIO=4&transport=websocket",
        code: 3,
        message: "Bad request",
        context: { name: "TRANSPORT_HANDSHAKE_ERROR" },
      },
      {
        what: "an older protocol",
        path: "/socket.io/?EIO=3&transport=polling",
        code: 5,
        message: "Unsupported protocol version",
        context: { protocol: 3 },
      },
      {
        what: "no protocol",
        path: "/socket.io/?transport=polling",
        code: 5,
        message: "Unsupported protocol version",
        context: { protocol: 3 },
      },
      {
        what: "a transport before a session",
        path: "/socket.io/?EIO=4&transport=pigeon&sid=abc",
        code: 0,
        message: "Transport unknown",
        context: { transport: "pigeon" },
      },
      {
        what: "a session before a method",
        path: `${PATH}&sid=abc`,
        method: "POST",
        code: 1,
        message: "Session ID unknown",
        context: { sid: "abc" },
      },
      {
        what: "a method before a protocol",
        path: "/socket.io/?transport=polling",
        method: "POST",
        code: 2,
        message: "Bad handshake method",
        context: { method: "POST" },
      },
    ];

    it.each(rows)("refuses $what with code $code", async (row) => {
      const { port, refusals } = await serve();
      const { path, method, headers } = row;
      const answer = await http({ port, path, method, headers });
      expect(answer.status).toBe(row.status ?? 400);
      expect(answer.headers["content-type"]).toBe("application/json");
      expect(answer.text).toBe(JSON.stringify({ code: row.code, message: row.message }));
      expect(refusals).toMatchObject([
        { code: row.code, message: row.message, context: row.context },
      ]);
    });

    it("refuses bad characters in Origin before it looks for the session", async () => {
      const { port, refusals } = await serve();
      const answer = await tcp(
        port,
        `GET ${PATH}&sid=abc HTTP/1.1\r\nHost: x\r\nConnection: close\r\nOrigin: http://a\u0001b\r\n\r\n`,
      );
      // Node's own parser may refuse the header first; then the server never saw the request.
      expect(answer).toMatch(/^HTTP\/1\.1 400/);
      if (refusals.length > 0) {
        expect(refusals[0]).toMatchObject({ code: 3, context: { name: "INVALID_ORIGIN" } });
      }
    });

    it("refuses another transport than the session's", async () => {
      const { port, refusals } = await serve();
      const socket = await SocketWire.open(port);
      const answer = await http({ port, path: `${PATH}&sid=${socket.handshake.sid}` });
      expect(answer.text).toBe('{"code":3,"message":"Bad request"}');
      expect(refusals).toMatchObject([
        {
          code: 3,
          context: {
            name: "TRANSPORT_MISMATCH",
            transport: "polling",
            previousTransport: "websocket",
          },
        },
      ]);
      socket.end();
    });

    it("refuses another protocol than the session's", async () => {
      const { port, refusals } = await serve({ allowEIO3: true });
      const session = await PollingWire.open(port);
      const path = session.target.replace("EIO=4", "EIO=3");
      const answer = await http({ port, path });
      expect(answer.text).toBe('{"code":3,"message":"Bad request"}');
      expect(refusals).toMatchObject([
        {
          code: 3,
          context: { name: "PROTOCOL_MISMATCH", protocol: 3, previousProtocol: 4 },
        },
      ]);
      expect(await session.join()).toMatch(/^40/);
    });

    it("refuses what allowRequest refuses, with its message", async () => {
      type Decide = (error: unknown, allowed: boolean) => void;
      const { port, refusals } = await serve({
        allowRequest: (request: { url: string }, decide: Decide) => {
          if (request.url.includes("plain")) decide(null, false);
          else decide("go away", false);
        },
      });
      const spoken = await http({ port, path: PATH });
      expect([spoken.status, spoken.text]).toEqual([403, '{"code":4,"message":"go away"}']);
      const plain = await http({ port, path: `${PATH}&plain=1` });
      expect([plain.status, plain.text]).toEqual([403, '{"code":4,"message":"Forbidden"}']);
      expect(refusals.map(({ code }) => code)).toEqual([4, 4]);
      expect(refusals[0]?.context).toEqual({ message: "go away" });
    });

    it("asks allowRequest once a session, and before the protocol check", async () => {
      let asked = 0;
      type Decide = (error: null, allowed: boolean) => void;
      const { port } = await serve({
        allowRequest: (_request: unknown, decide: Decide) => {
          asked++;
          decide(null, true);
        },
      });
      const session = await PollingWire.open(port);
      await session.join();
      expect(asked).toBe(1);
      expect((await http({ port, path: "/socket.io/?transport=polling" })).status).toBe(400);
      expect(asked).toBe(2);
    });

    it("answers a failing engine middleware with code 3", async () => {
      const { port, io, refusals } = await serve();
      io.engine.use((_request: never, _response: never, next: (error: Error) => void) =>
        next(new Error("no")),
      );
      const answer = await http({ port, path: "/socket.io/?transport=pigeon" });
      expect([answer.status, answer.text]).toEqual([400, '{"code":3,"message":"Bad request"}']);
      expect(refusals).toMatchObject([{ code: 3, context: { name: "MIDDLEWARE_FAILURE" } }]);
    });

    it("answers a failing id generator with code 3", async () => {
      const { port, io, refusals } = await serve();
      Object.assign(io.engine, { generateId: () => Promise.reject(new Error("no ids left")) });
      const answer = await http({ port, path: PATH });
      expect([answer.status, answer.text]).toEqual([400, '{"code":3,"message":"Bad request"}']);
      expect(refusals).toMatchObject([{ code: 3, context: { name: "ID_GENERATION_ERROR" } }]);
    });

    it("uses the ids of an own generator", async () => {
      const { port, io } = await serve();
      Object.assign(io.engine, { generateId: async () => "custom-id-1" });
      const session = await PollingWire.open(port);
      expect(session.sid).toBe("custom-id-1");
      expect(await session.join()).toMatch(/^40/);
    });

    it("lets an engine middleware answer by itself", async () => {
      const { port, io } = await serve();
      io.engine.use(
        (_request: never, response: { writeHead(status: number): { end(text: string): void } }) =>
          response.writeHead(503).end("later"),
      );
      const answer = await http({ port, path: PATH });
      expect([answer.status, answer.text]).toEqual([503, "later"]);
    });

    it.each([
      ["an unknown transport", "/socket.io/?EIO=4&transport=pigeon", "Transport unknown"],
      ["an unknown session", "/socket.io/?EIO=4&transport=websocket&sid=x", "Session ID unknown"],
    ])("refuses an upgrade with %s in plain text", async (_what, path, message) => {
      const { port } = await serve();
      const [head = "", body] = (await tcp(port, upgradeRequest(path))).split("\r\n\r\n");
      expect(body).toBe(message);
      expect(head).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
      expect(head).toMatch(/\r\nConnection: close(\r\n|$)/i);
      expect(head).toMatch(/\r\nContent-type: text\/html(\r\n|$)/i);
      expect(head).toMatch(new RegExp(`\\r\\nContent-Length: ${message.length}(\\r\\n|$)`, "i"));
    });

    it("refuses an upgrade that allowRequest refuses with 400", async () => {
      const { port } = await serve({
        allowRequest: (_request: unknown, decide: (error: string, ok: boolean) => void) =>
          decide("not you", false),
      });
      const answer = await tcp(port, upgradeRequest("/socket.io/?EIO=4&transport=websocket"));
      expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request/);
      expect(answer).toMatch(/not you$/);
    });

    it.each(["/socket.io/?transport=websocket", "/socket.io/?EIO=3&transport=websocket"])(
      "refuses the older protocol of an upgrade, %s",
      async (path) => {
        const { port, io } = await serve();
        const answer = await tcp(port, upgradeRequest(path));
        const status = implementation.refusesRevision === "before 101" ? 400 : 101;
        expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status}`));
        expect(answer).toContain("Unsupported protocol version");
        expect(io.engine.clientsCount).toBe(0);
      },
    );

    it("ends upgrade requests of other paths after a while", async () => {
      const { port } = await serve({ destroyUpgradeTimeout: 80 });
      const start = Date.now();
      expect(await tcp(port, upgradeRequest("/elsewhere"))).toBe("");
      expect(Date.now() - start).toBeGreaterThanOrEqual(70);
    });

    it("leaves upgrade requests of other paths alone when told so", async () => {
      const { port, httpServer } = await serve({
        destroyUpgrade: false,
        destroyUpgradeTimeout: 30,
      });
      httpServer.on("upgrade", (request, socket) => {
        if (request.url === "/elsewhere") setTimeout(() => socket.end("mine"), 150);
      });
      expect(await tcp(port, upgradeRequest("/elsewhere"))).toBe("mine");
    });
  });

  describe("headers", () => {
    it("sets a cookie on the first polling response only", async () => {
      const { port } = await serve({ cookie: true });
      const session = await PollingWire.open(port);
      expect(session.first.headers["set-cookie"]).toEqual([
        `io=${session.sid}; Path=/; HttpOnly; SameSite=Lax`,
      ]);
      await session.post("40");
      expect((await session.get()).headers["set-cookie"]).toBeUndefined();
      const socket = await SocketWire.open(port);
      expect((await socket.upgradeHeaders)["set-cookie"]).toBeUndefined();
      socket.end();
    });

    it("serializes the options of the cookie", async () => {
      const { port } = await serve({
        cookie: { name: "route", path: "/x", httpOnly: false, sameSite: "strict", maxAge: 60 },
      });
      const session = await PollingWire.open(port);
      expect(session.first.headers["set-cookie"]).toEqual([
        `route=${session.sid}; Max-Age=60; Path=/x; SameSite=Strict`,
      ]);
    });

    it("answers a preflight for an allowed origin", async () => {
      const { port } = await serve({ cors: { origin: "https://a.example", credentials: true } });
      const { status, headers } = await http({
        port,
        path: PATH,
        method: "OPTIONS",
        headers: {
          Origin: "https://a.example",
          "Access-Control-Request-Method": "POST",
          "Access-Control-Request-Headers": "x-one,x-two",
        },
      });
      expect(status).toBe(204);
      expect(headers).toMatchObject({
        "content-length": "0",
        "access-control-allow-origin": "https://a.example",
        "access-control-allow-credentials": "true",
        "access-control-allow-methods": "GET,HEAD,PUT,PATCH,POST,DELETE",
        "access-control-allow-headers": "x-one,x-two",
        vary: "Origin, Access-Control-Request-Headers",
      });
    });

    it("adds CORS headers to polling responses and to the 101", async () => {
      const { port } = await serve({ cors: { origin: ["https://a.example"] } });
      const Origin = "https://a.example";
      const { headers } = await http({ port, path: PATH, headers: { Origin } });
      expect(headers["access-control-allow-origin"]).toBe(Origin);
      expect(headers.vary).toBe("Origin");
      const socket = await SocketWire.open(port, "", { headers: { Origin } });
      expect((await socket.upgradeHeaders)["access-control-allow-origin"]).toBe(Origin);
      socket.end();
    });

    it("serves other origins without CORS headers", async () => {
      const { port } = await serve({ cors: { origin: ["https://a.example"] } });
      const Origin = "https://b.example";
      const { status, headers } = await http({ port, path: PATH, headers: { Origin } });
      expect(status).toBe(200);
      expect(headers["access-control-allow-origin"]).toBeUndefined();
      const socket = await SocketWire.open(port, "", { headers: { Origin } });
      expect(socket.handshake.sid).toMatch(/^[\w-]{20}$/);
      socket.end();
    });

    it("protects old Internet Explorers from their own filter", async () => {
      const { port } = await serve();
      for (const agent of ["Mozilla/4.0 (compatible;MSIE 8.0)", "x Trident/7.0"]) {
        const { headers } = await http({ port, path: PATH, headers: { "User-Agent": agent } });
        expect(headers["x-xss-protection"]).toBe("0");
      }
      const { headers } = await http({ port, path: PATH, headers: { "User-Agent": "Firefox" } });
      expect(headers["x-xss-protection"]).toBeUndefined();
    });

    it("lets the application add headers: initial_headers once, headers always", async () => {
      const { port, io } = await serve();
      io.engine.on("initial_headers", (headers: Record<string, string>) => {
        headers["x-initial"] = "1";
      });
      io.engine.on("headers", (headers: Record<string, string>) => {
        headers["x-always"] = "1";
      });
      const session = await PollingWire.open(port);
      expect(session.first.headers).toMatchObject({ "x-initial": "1", "x-always": "1" });
      const post = await session.post("40");
      expect(post.headers["x-always"]).toBe("1");
      expect(post.headers["x-initial"]).toBeUndefined();
      const socket = await SocketWire.open(port);
      expect(await socket.upgradeHeaders).toMatchObject({ "x-initial": "1", "x-always": "1" });
      socket.end();
    });
  });

  describe("compression", () => {
    async function poll(options: Record<string, unknown>, accept: string, compress?: boolean) {
      const server = await serve(options);
      const session = await PollingWire.open(server.port);
      await session.join();
      const socket = server.sockets[0]!;
      (compress === undefined ? socket : socket.compress(compress)).emit("x", "y".repeat(2000));
      await pause(20);
      return session.get({ "Accept-Encoding": accept });
    }

    it.each(["gzip", "deflate"])("compresses large responses with %s", async (encoding) => {
      const { headers, bytes } = await poll({}, encoding);
      expect(headers["content-encoding"]).toBe(encoding);
      expect(headers["content-length"]).toBeUndefined();
      expect(bytes.length).toBeLessThan(200);
      if (encoding === "deflate") {
        expect(bytes.subarray(0, 1)).toEqual(deflateSync("x").subarray(0, 1));
      }
    });

    it.each([
      ["without Accept-Encoding", {}, "identity", undefined],
      ["when switched off", { httpCompression: false }, "gzip", undefined],
      ["below the threshold", { httpCompression: { threshold: 5000 } }, "gzip", undefined],
      ["when no packet wants it", {}, "gzip", false],
    ])("does not compress %s", async (_when, options, accept, compress) => {
      const { headers, text } = await poll(options, accept, compress);
      expect(headers["content-encoding"]).toBeUndefined();
      expect(text).toBe(`42["x","${"y".repeat(2000)}"]`);
    });

    it("compresses every size with `true`", async () => {
      const { port, sockets } = await serve({ httpCompression: true });
      const session = await PollingWire.open(port);
      await session.join();
      sockets[0]?.emit("x");
      await pause(20);
      expect((await session.get({ "Accept-Encoding": "gzip" })).headers["content-encoding"]).toBe(
        "gzip",
      );
    });
  });
});
