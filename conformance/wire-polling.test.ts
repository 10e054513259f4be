import { describe, expect, it } from "vitest";
import { pause, until } from "../packages/testkit/src/waiting.ts";
import { begin, http, PollingWire, SEPARATOR } from "../packages/testkit/src/wire.ts";
import { IMPLEMENTATIONS, wireServers } from "../packages/testkit/src/wire-server.ts";

const PATH = "/socket.io/?EIO=4&transport=polling";
describe.each(IMPLEMENTATIONS)("Polling of the $name server", (implementation) => {
  const serve = wireServers(implementation);

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
        `0${JSON.stringify({
          sid,
          upgrades: ["websocket"],
          pingInterval: 21000,
          pingTimeout: 11000,
          maxPayload: 5000,
          ...implementation.extensions,
        })}`,
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
});
