import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { io, type Socket } from "@hawser/client";
import { Server } from "@hawser/server";
import { expect, onTestFinished, test } from "vitest";

/** An HTTP server that answers as it likes. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

function connect(url: string, options: Parameters<typeof io>[1] = {}): Socket {
  const socket = io(url, { forceNew: true, reconnectionDelay: 10, ...options });
  onTestFinished(() => void socket.disconnect());
  return socket;
}

const failure = (socket: Socket) =>
  new Promise<Error>((resolve) => socket.once("connect_error", resolve));

test.each(["0null", "0{}", '0{"sid":""}', '0"text"', "0[", "<html>sign in</html>", "", "4hello"])(
  "an answer that is no handshake is a connect_error: %j",
  async (answer) => {
    let requests = 0;
    const url = await serve((_request, response) => {
      requests++;
      response.end(answer);
    });
    const socket = connect(url, { transports: ["polling"], timeout: 200 });
    expect((await failure(socket)).message).toMatch(/server error|timeout/);
    await failure(socket);
    socket.disconnect();
    expect(requests).toBeLessThan(10);
  },
);

test("a handshake without upgrades is enough", async () => {
  const url = await serve((request, response) => {
    if (request.method === "GET" && !request.url!.includes("sid=")) {
      response.end('0{"sid":"a","pingInterval":1000,"pingTimeout":1000}');
    }
  });
  const socket = connect(url);
  await new Promise((resolve) => socket.io.once("open", () => resolve(undefined)));
  expect(socket.io.engine.transport.name).toBe("polling");
});

test.each(["{}", "5", "true", '"websocket"', '[null,5,{},"__proto__"]'])(
  "upgrades that are no names of transports are none: %s",
  async (upgrades) => {
    let polls = 0;
    const url = await serve((request, response) => {
      if (!request.url!.includes("sid=")) {
        const times = '"pingInterval":1000,"pingTimeout":1000';
        response.end(`0{"sid":"a",${times},"upgrades":${upgrades}}`);
      } else if (request.method === "GET") {
        polls++;
      }
    });
    const socket = connect(url);
    await expect.poll(() => polls).toBe(1);
    expect(socket.io.engine.transport.name).toBe("polling");
  },
);

test("tryAllTransports goes on to WebSocket where polling is answered with a page", async () => {
  const httpServer = createServer((_request, response) => response.end("<html>"));
  const server = new Server(httpServer, { transports: ["websocket"], serveClient: false });
  httpServer.prependListener("request", (_request, response) => response.end("<html>"));
  onTestFinished(() => server.close());
  await new Promise<void>((resolve) => httpServer.listen(0, resolve));
  const { port } = httpServer.address() as AddressInfo;
  const socket = connect(`http://localhost:${port}`, { tryAllTransports: true });
  await new Promise((resolve) => socket.once("connect", () => resolve(undefined)));
  expect(socket.io.engine.transport.name).toBe("websocket");
});

test("a port that cannot be is a connect_error", async () => {
  const socket = connect("http://localhost:99999", { transports: ["polling"] });
  expect((await failure(socket)).message).toBe("xhr poll error");
});

test("a session that is closed during a reconnection attempt is followed by the next attempt", async () => {
  let silent = true;
  const httpServer = createServer();
  const server = new Server(httpServer);
  server.engine.use((_request, response, next) => {
    if (!silent) {
      next();
    } else {
      response.on("error", () => {});
    }
  });
  onTestFinished(() => server.close());
  await new Promise<void>((resolve) => httpServer.listen(0, resolve));
  const { port } = httpServer.address() as AddressInfo;
  const socket = connect(`http://localhost:${port}`, { timeout: 30, transports: ["polling"] });
  await new Promise((resolve) => socket.io.once("reconnect_attempt", resolve));
  await new Promise((resolve) => setImmediate(resolve));
  socket.io.engine.close();
  silent = false;
  await new Promise((resolve) => socket.once("connect", () => resolve(undefined)));
});

test("an event that JSON cannot hold does not stop the retry queue", async () => {
  const httpServer = createServer();
  const server = new Server(httpServer);
  server.on("connection", (socket) => socket.on("x", (value, reply) => reply(value)));
  onTestFinished(() => server.close());
  await new Promise<void>((resolve) => httpServer.listen(0, resolve));
  const { port } = httpServer.address() as AddressInfo;
  const socket = connect(`http://localhost:${port}`, { retries: 2, ackTimeout: 1000 });
  await new Promise((resolve) => socket.once("connect", () => resolve(undefined)));
  expect(() => socket.emit("x", 1n)).toThrow(TypeError);
  expect(await socket.emitWithAck("x", 2)).toBe(2);
});
