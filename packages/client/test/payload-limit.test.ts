import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server } from "@hawser/server";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { io } from "../src/index.ts";
import { disposable, next, officialServer } from "./official-server.ts";

const LIMIT = 10_000;
const quick = { forceNew: true, reconnectionDelay: 10, randomizationFactor: 0 };

async function hawserServer(options: object) {
  const http = createServer();
  const server = new Server(http, options);
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => server.close());
  return { io: server, url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` };
}

const SERVERS = {
  "socket.io 4.8.4": () => officialServer({ maxHttpBufferSize: LIMIT }),
  hawser: () => hawserServer({ maxHttpBufferSize: LIMIT }),
};

const CASES = Object.keys(SERVERS).flatMap((server) =>
  (["polling", "websocket"] as const).map((transport) => [server, transport] as const),
);

/** The longest text that fits as the argument of that event, with an acknowledgement asked for. */
const largestText = (event: string, fill = "x") =>
  fill.repeat(Math.floor((LIMIT - `420["${event}",""]`.length) / Buffer.byteLength(fill)));

describe.each(CASES)("%s by %s", (name, transport) => {
  async function start() {
    const { io: server, url } = await SERVERS[name as keyof typeof SERVERS]();
    const reasons: unknown[] = [];
    (server as Server).on("connection", (peer) => {
      peer.on("size", (data: string | Buffer, reply: (size: number) => void) => reply(data.length));
      peer.on("many", (...args) => args.pop()(args.length));
      peer.on("disconnect", (...args: unknown[]) => reasons.push(args[0]));
    });
    const socket = disposable(io(url, { ...quick, transports: [transport] }));
    return { socket, reasons };
  }

  test("what just fits arrives, one byte more is refused, and the connection stays", async () => {
    const { socket, reasons } = await start();
    await next(socket, "connect");
    for (const fill of ["x", "é", "😀"]) {
      const text = largestText("size", fill);
      expect(await socket.timeout(5000).emitWithAck("size", text)).toBe(text.length);
    }
    const { id } = socket;
    expect(() => socket.emit("size", `${largestText("size")}xxx`)).toThrow(
      expect.objectContaining({ code: "PAYLOAD_TOO_LARGE", event: "size", limit: LIMIT }),
    );
    const bytes = transport === "polling" ? (LIMIT / 4) * 3 - 3 : LIMIT;
    expect(await socket.timeout(5000).emitWithAck("size", Buffer.alloc(bytes))).toBe(bytes);
    expect(() => socket.emit("size", Buffer.alloc(bytes + 1))).toThrow(/at most 10000/);
    expect(() => socket.emit("size", new Blob([Buffer.alloc(bytes + 1)]))).toThrow(/at most 10000/);
    // Base64 of many attachments that all fit does not make a request that is too large.
    const many = Array.from({ length: 9 }, () => Buffer.alloc(2500));
    expect(await socket.timeout(5000).emitWithAck("many", ...many)).toBe(many.length);
    expect([socket.id, reasons]).toEqual([id, []]);
  });

  test("the acknowledgement is told where it takes errors", async () => {
    const { socket } = await start();
    await next(socket, "connect");
    const tooMuch = Buffer.alloc(LIMIT + 1);
    const error = { code: "PAYLOAD_TOO_LARGE", event: "size", limit: LIMIT };
    await expect(socket.emitWithAck("size", tooMuch)).rejects.toMatchObject(error);
    const told = new Promise((resolve) => socket.timeout(5000).emit("size", tooMuch, resolve));
    expect(await told).toMatchObject(error);
    expect(() => socket.emit("size", tooMuch, () => {})).toThrow(expect.objectContaining(error));
    expect(await socket.timeout(5000).emitWithAck("size", "abc")).toBe(3);
  });

  test("of the offline buffer that message alone is dropped, without a reconnection", async () => {
    const { socket, reasons } = await start();
    socket.disconnect();
    const onDrop = vi.spyOn(console, "warn").mockImplementation(() => {});
    onTestFinished(() => onDrop.mockRestore());
    const before = socket.timeout(5000).emitWithAck("size", "ab");
    socket.emit("size", "x".repeat(LIMIT));
    const refused = socket.emitWithAck("size", Buffer.alloc(LIMIT + 1));
    const after = socket.timeout(5000).emitWithAck("size", "abc");
    const reconnected = vi.fn();
    socket.io.on("reconnect_attempt", reconnected);
    socket.connect();
    await expect(refused).rejects.toMatchObject({ code: "PAYLOAD_TOO_LARGE", event: "size" });
    expect([await before, await after]).toEqual([2, 3]);
    expect(onDrop).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ code: "PAYLOAD_TOO_LARGE" }),
    );
    expect([socket.dropped, reasons, reconnected.mock.calls]).toEqual([2, [], []]);
  });

  test("retries do not repeat what cannot be sent, and go on", async () => {
    const { io: server, url } = await SERVERS[name as keyof typeof SERVERS]();
    (server as Server).on("connection", (peer) => peer.on("n", (n, reply) => reply(n)));
    const socket = disposable(
      io(url, { ...quick, transports: [transport], retries: 2, ackTimeout: 5000 }),
    );
    await next(socket, "connect");
    const refused = socket.emitWithAck("n", "x".repeat(LIMIT));
    const next_ = socket.emitWithAck("n", 1);
    await expect(refused).rejects.toMatchObject({ code: "PAYLOAD_TOO_LARGE" });
    expect(await next_).toBe(1);
    expect(socket.connected).toBe(true);
  });
});
