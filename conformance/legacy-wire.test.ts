import { describe, expect, test } from "vitest";
import { http, SocketWire } from "../packages/testkit/src/wire.ts";
import { IMPLEMENTATIONS, wireServers } from "../packages/testkit/src/wire-server.ts";

const PATH = "/socket.io/?EIO=3&transport=polling";

describe.each(IMPLEMENTATIONS)("Engine.IO 3 of the $name server", (implementation) => {
  const serve = wireServers(implementation);

  async function opened(query = "") {
    const { port } = await serve({ allowEIO3: true });
    const { text: body } = await http({ port, path: PATH + query });
    const sid = /"sid":"([^"]+)"/.exec(body.replaceAll("\\", ""))?.[1];
    const path = `${PATH}${query}&sid=${sid}`;
    return { port, path, body, poll: async () => (await http({ port, path })).text };
  }

  const post = (port: number, path: string, body: string | Buffer, type = "text/plain") =>
    http({ port, path, body, headers: { "content-type": type } });

  test("the handshake is a body of its own, and the main namespace is joined unasked", async () => {
    const { body, poll } = await opened();
    const [length, json] = [body.slice(0, body.indexOf(":")), body.slice(body.indexOf(":") + 1)];
    expect(json.length).toBe(Number(length));
    expect(json).toMatch(/^0\{"sid":"[^"]{20}","upgrades":\["websocket"\],/);
    expect(await poll()).toBe("2:40");
  });

  test("the client pings, the server answers", async () => {
    const { port, path, poll } = await opened();
    await poll();
    expect((await post(port, path, "1:2")).text).toBe("ok");
    expect(await poll()).toBe("1:3");
  });

  test("binary comes back as bytes, behind their markers and lengths", async () => {
    const { port, path, poll } = await opened();
    await poll();
    await post(port, path, '42:451-["echo",{"_placeholder":true,"num":0}]10:b4AQIDBA==');
    const { headers, bytes: body } = await http({ port, path });
    expect(headers["content-type"]).toBe("application/octet-stream");
    const text = '451-["echo",{"_placeholder":true,"num":0}]';
    expect(body.subarray(0, 4)).toEqual(Buffer.of(0, 4, 2, 255));
    expect(body.subarray(4, 4 + text.length).toString()).toBe(text);
    expect(body.subarray(4 + text.length)).toEqual(Buffer.of(1, 5, 255, 4, 1, 2, 3, 4));
  });

  test("a body of bytes is read", async () => {
    const { port, path, poll } = await opened();
    await poll();
    const text = '42["echo",1]';
    const body = Buffer.from([0, 1, 2, 255, ...Buffer.from(text)]);
    expect((await post(port, path, body, "application/octet-stream")).status).toBe(200);
    expect(await poll()).toBe(`${text.length}:${text}`);
  });

  test("with b64=1 everything is text", async () => {
    const { port, path, poll } = await opened("&b64=1");
    await poll();
    await post(port, path, '42:451-["echo",{"_placeholder":true,"num":0}]10:b4AQIDBA==');
    expect(await poll()).toBe('42:451-["echo",{"_placeholder":true,"num":0}]10:b4AQIDBA==');
  });

  test("with j the answers are scripts, and requests are forms", async () => {
    const { port, path, body, poll } = await opened("&j=7");
    expect(body).toMatch(/^___eio\[7\]\("\d+:0\{\\"sid/);
    expect(await poll()).toBe('___eio[7]("2:40");');
    const text = '42["echo","a\\nb\u2028"]';
    const escaped = `${text.length}:${text}`.replace(/\\n/g, "\\\\n");
    const form = `d=${encodeURIComponent(escaped)}`;
    await post(port, path, form, "application/x-www-form-urlencoded");
    const script = await poll();
    expect(script).not.toContain("\u2028");
    expect(JSON.parse(script.slice("___eio[7](".length, -2))).toBe(`${text.length}:${text}`);
  });

  test.each(["", "x", "5:4", "9:4", "1:x", "1:3"])(
    "a body of %j ends the session",
    async (body) => {
      const { port, path, poll } = await opened();
      await poll();
      expect((await post(port, path, body)).status).toBe(200);
      expect((await http({ port, path })).status).toBe(400);
    },
  );

  test("a request that says 4 is refused, and the session goes on", async () => {
    const { port, path, poll } = await opened();
    const { status, text } = await http({ port, path: path.replace("EIO=3", "EIO=4") });
    expect([status, JSON.parse(text)]).toEqual([400, { code: 3, message: "Bad request" }]);
    expect(await poll()).toBe("2:40");
  });

  test("a WebSocket carries the type of a binary message in its first byte", async () => {
    const { port } = await serve({ allowEIO3: true });
    const socket = new SocketWire(port, "/socket.io/?EIO=3&transport=websocket");
    expect(await socket.next()).toMatch(/^0\{/);
    expect(await socket.next()).toBe("40");
    socket.send('451-["echo",{"_placeholder":true,"num":0}]');
    socket.send(Buffer.of(4, 1, 2));
    expect(await socket.next()).toBe('451-["echo",{"_placeholder":true,"num":0}]');
    expect(await socket.next()).toEqual(Buffer.of(4, 1, 2));
    socket.send("2");
    expect(await socket.next()).toBe("3");
  });
});
