import { readFileSync } from "node:fs";
import { get } from "node:http";
import { createRequire } from "node:module";
import { Server } from "socket.io";
import { io } from "socket.io-client";
import { afterEach, describe, expect, test } from "vitest";

type Token = object;
interface Uws {
  App(): Parameters<Server["attachApp"]>[0] & {
    listen(host: string, port: number, done: (token: Token) => void): void;
  };
  us_listen_socket_close(token: Token): void;
  us_socket_local_port(token: Token): number;
}

const packages = createRequire(import.meta.url);
/** An unofficial build of µWebSockets.js, for Node 20. */
const uws = packages("uwebsockets") as Uws;

describe.each([["polling"], ["websocket"], ["polling", "websocket"]])(
  "attachApp: %s %s",
  (...transports) => {
    const endings: (() => unknown)[] = [];
    afterEach(async () => {
      for (const end of endings.splice(0).reverse()) await end();
    });

    async function start(options = {}) {
      const server = new Server(options);
      const app = uws.App();
      server.attachApp(app);
      const token = await new Promise<Token>((resolve) => app.listen("127.0.0.1", 0, resolve));
      endings.push(
        () => uws.us_listen_socket_close(token),
        () => server.close(),
      );
      return { server, url: `http://127.0.0.1:${uws.us_socket_local_port(token)}` };
    }

    async function connect(url: string, nsp = "/") {
      const socket = io(url + nsp, { transports, forceNew: true });
      endings.push(() => socket.disconnect());
      await new Promise<void>((resolve) => socket.once("connect", resolve));
      return socket;
    }

    test("events, binaries and acknowledgements go both ways", async () => {
      const { server, url } = await start();
      server.on("connection", (socket) => {
        socket.on("echo", (...args) => args.pop()(...args));
      });
      const socket = await connect(url);
      expect(await socket.emitWithAck("echo", { a: [1, "é"] })).toEqual({ a: [1, "é"] });
      expect(await socket.emitWithAck("echo", Buffer.of(1, 255))).toEqual(Buffer.of(1, 255));
      const [remote] = await server.fetchSockets();
      socket.on("ask", (text, reply) => reply(`${text}!`));
      expect(await server.timeout(5000).to(remote!.id).emitWithAck("ask", "hey")).toEqual(["hey!"]);
      const last = transports.at(-1);
      await expect.poll(() => socket.io.engine.transport.name).toBe(last);
    });

    test("rooms, broadcasts and namespaces", async () => {
      const { server, url } = await start();
      server.of("/chat").on("connection", (socket) => socket.join("room"));
      const [a, b] = [await connect(url, "/chat"), await connect(url, "/chat")];
      const heard: string[] = [];
      a.on("news", (text) => heard.push(`a ${text}`));
      b.on("news", (text) => heard.push(`b ${text}`));
      server.of("/chat").to("room").except(b.id!).emit("news", 1);
      server.of("/chat").in("room").emit("news", 2);
      await expect.poll(() => heard.sort()).toEqual(["a 1", "a 2", "b 2"]);
    });

    test("the client is served", async () => {
      const { url } = await start();
      const response = await fetch(`${url}/socket.io/socket.io.min.js`);
      expect(response.headers.get("content-type")).toBe("application/javascript; charset=utf-8");
      expect(response.headers.get("content-encoding")).toBe("gzip");
      const manifest = import.meta.resolve("socket.io-client/package.json");
      const file = new URL("dist/socket.io.min.js", manifest);
      expect(await response.text()).toBe(readFileSync(file, "utf8"));
      const headers = { "if-none-match": response.headers.get("etag")! };
      expect((await fetch(`${url}/socket.io/socket.io.js`, { headers })).status).toBe(304);
      expect((await fetch(`${url}/socket.io/other.js`)).status).toBe(400);
    });

    test("a page of another origin gets no WebSocket, if `cors` does not allow it", async () => {
      const { url } = await start({ cors: { origin: "http://a.example" } });
      const handshake = (Origin: string) => {
        const headers = {
          ...{ Origin, Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": "13" },
          "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        };
        return new Promise<number | undefined>((resolve) => {
          get(`${url}/socket.io/?EIO=4&transport=websocket`, { headers, agent: false })
            .on("upgrade", (response, socket) => resolve(socket.destroy() && response.statusCode))
            .on("response", (response) => resolve(response.resume().statusCode));
        });
      };
      expect(await handshake("http://b.example")).toBe(403);
      expect(await handshake("http://a.example")).toBe(101);
      expect(await handshake(url)).toBe(101);
    });

    test("the server's end is told", async () => {
      const { server, url } = await start();
      const socket = await connect(url);
      const reason = new Promise((resolve) => socket.once("disconnect", resolve));
      server.disconnectSockets(true);
      expect(await reason).toBe("io server disconnect");
    });
  },
);
