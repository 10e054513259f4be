import { createServer } from "node:http";
import { Server as OfficialServer } from "socket.io";
import { describe, expect, onTestFinished, test } from "vitest";
import { bundlePage, bundleServer, bundlesInChromium, type Loaded } from "./bundle-page.ts";

const shared = bundlesInChromium();
const LIMIT = 20_000;
const BUNDLES = ["socket.io.min.js", "socket.io.esm.min.js", "socket.io.js"];

type InPage = { loaded: Loaded };

describe.each(BUNDLES)("%s in Chromium", (file) => {
  async function start() {
    const server = await bundleServer(
      shared.folder,
      (io) => io.on("connection", (socket) => socket.on("size", (x, reply) => reply(x.length))),
      { maxHttpBufferSize: LIMIT },
    );
    return { server, page: await bundlePage(shared.browser, server, file) };
  }

  test.each(["polling", "websocket"])(
    "what waits, and what is too large: %s",
    async (transport) => {
      const { server, page } = await start();
      // The official server too: it says its limit in the same way.
      const http = createServer();
      const official = new OfficialServer(http, {
        maxHttpBufferSize: LIMIT,
        cors: { origin: "*" },
      });
      official.on("connection", (socket) => socket.on("size", (x, reply) => reply(x.length)));
      onTestFinished(() => void official.close());
      await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
      const { port } = http.address() as { port: number };
      for (const url of [server.url, `http://127.0.0.1:${port}`]) {
        const result = await page.evaluate(
          async ({ url, transport, limit }) => {
            const { io } = (window as unknown as InPage).loaded;
            const socket = io(url, {
              transports: [transport],
              forceNew: true,
              autoConnect: false,
              offlineBuffer: { maxPackets: 3 },
            });
            const codes: unknown[] = [];
            const note = (error: { code?: string }) => void codes.push(error.code);
            socket.timeout(5000).emitWithAck("size", "dropped").catch(note);
            socket.timeout(5000).emitWithAck("size", "x".repeat(limit)).catch(note);
            const buffered = socket.timeout(5000).emitWithAck("size", "abc");
            const atLimit = transport === "polling" ? (limit / 4) * 3 - 3 : limit;
            socket.timeout(5000).emitWithAck("size", "cleared").catch(note);
            const waiting = [socket.sendBuffer.length, socket.bufferedBytes > limit];
            let reconnections = 0;
            socket.io.on("reconnect_attempt", () => reconnections++);
            socket.connect();
            await new Promise<void>((resolve) => socket.once("connect", resolve));
            const answer = await buffered;
            const bytes = await socket
              .timeout(5000)
              .emitWithAck("size", "é".repeat(limit / 2 - 20));
            let thrown: unknown;
            try {
              socket.emit("size", new Uint8Array(atLimit + 1));
            } catch (error) {
              thrown = { ...(error as object) };
            }
            await socket.drained();
            const { dropped, writable, connected, bufferedBytes } = socket;
            socket.disconnect();
            return {
              codes,
              waiting,
              reconnections,
              answer,
              bytes,
              thrown,
              dropped,
              writable,
              connected,
              bufferedBytes,
            };
          },
          { url, transport, limit: LIMIT },
        );
        expect(result).toMatchObject({
          codes: ["LIMIT_EXCEEDED", "PAYLOAD_TOO_LARGE"],
          waiting: [3, true],
          reconnections: 0,
          answer: 3,
          bytes: LIMIT / 2 - 20,
          thrown: { code: "PAYLOAD_TOO_LARGE", event: "size", limit: LIMIT },
          dropped: 2,
          writable: true,
          connected: true,
          bufferedBytes: 0,
        });
      }
    },
  );

  test("connect_error has the transport and the status, and in the debug bundle a hint", async () => {
    const { page } = await start();
    const http = createServer((_, response) =>
      response.writeHead(404, { "access-control-allow-origin": "*" }).end(),
    );
    onTestFinished(() => {
      http.closeAllConnections();
      http.close();
    });
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    const { port } = http.address() as { port: number };
    const result = await page.evaluate(async (url) => {
      const { io } = (window as unknown as InPage).loaded;
      const fail = (options: object) =>
        new Promise<object>((resolve) => {
          const socket = io(url, { ...options, forceNew: true, reconnection: false });
          socket.on("connect_error", (error) => {
            const { message, code, transport, status, hint } = error as unknown as Record<
              string,
              unknown
            >;
            resolve({ message, code, transport, status, hint });
          });
        });
      return [await fail({ transports: ["polling"] }), await fail({ transports: ["websocket"] })];
    }, `http://127.0.0.1:${port}`);
    expect(result[0]).toMatchObject({
      message: "xhr poll error",
      transport: "polling",
      status: 404,
    });
    expect(result[1]).toMatchObject({ message: "websocket error", transport: "websocket" });
    expect(!!(result[0] as { hint?: string }).hint).toBe(file === "socket.io.js");
  });
});
