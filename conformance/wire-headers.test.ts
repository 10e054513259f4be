import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { pause } from "../packages/testkit/src/waiting.ts";
import {
  http,
  PollingWire,
  SocketWire,
  tcp,
  upgradeRequest,
} from "../packages/testkit/src/wire.ts";
import { IMPLEMENTATIONS, wireServers } from "../packages/testkit/src/wire-server.ts";

const PATH = "/socket.io/?EIO=4&transport=polling";
describe.each(IMPLEMENTATIONS)("HTTP headers of the $name server", (implementation) => {
  const serve = wireServers(implementation);

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

    const { checksOrigin } = implementation;
    it(`serves other origins without CORS headers${checksOrigin ? ", and refuses them WebSockets" : ""}`, async () => {
      const { port, refusals } = await serve({ cors: { origin: ["https://a.example"] } });
      const Origin = "https://b.example";
      const { status, headers } = await http({ port, path: PATH, headers: { Origin } });
      expect(status).toBe(200);
      expect(headers["access-control-allow-origin"]).toBeUndefined();
      if (checksOrigin) {
        const path = "/socket.io/?EIO=4&transport=websocket";
        expect(await tcp(port, upgradeRequest(path, { Origin }))).toMatch(/^HTTP\/1\.1 403 /);
        expect(refusals).toEqual([
          {
            code: 4,
            message: "Forbidden",
            context: { name: "ORIGIN_NOT_ALLOWED", origin: Origin },
          },
        ]);
        return;
      }
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
