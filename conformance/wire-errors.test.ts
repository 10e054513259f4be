import { describe, expect, it } from "vitest";
import {
  http,
  PollingWire,
  SocketWire,
  tcp,
  upgradeRequest,
} from "../packages/testkit/src/wire.ts";
import { IMPLEMENTATIONS, wireServers } from "../packages/testkit/src/wire-server.ts";

const PATH = "/socket.io/?EIO=4&transport=polling";
describe.each(IMPLEMENTATIONS)("HTTP errors of the $name server", (implementation) => {
  const serve = wireServers(implementation);

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
});
