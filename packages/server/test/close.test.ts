import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { Adapter } from "../src/adapter.ts";
import { HawserTypeError, Server } from "../src/index.ts";
import {
  connect,
  fetchRaw,
  next,
  openPolling,
  openWebSocket,
  POLLING,
  pair,
  start,
} from "./running-server.ts";

test("sockets, adapters, connections and the HTTP server end in that order", async () => {
  const log: string[] = [];
  class SlowAdapter extends Adapter {
    override async close(): Promise<void> {
      log.push(`adapter of ${this.nsp.name} closing`);
      await new Promise(setImmediate);
      log.push(`adapter of ${this.nsp.name} closed`);
    }
  }
  const running = await start({ adapter: SlowAdapter });
  const { io, http } = running;
  const main = await pair(running);
  const admin = await pair(running, "/admin");
  for (const { socket } of [main, admin]) {
    const { name } = socket.nsp;
    socket.on("disconnecting", (why) => log.push(`${name} disconnecting: ${why}`));
    socket.on("disconnect", (why) => log.push(`${name} disconnect: ${why}`));
    socket.conn.on("close", ((why: string) => log.push(`connection of ${name}: ${why}`)) as never);
  }
  http.on("close", () => log.push("http"));
  await io.close((error) => log.push(`callback ${error}`));
  log.push("promise");
  expect(log.slice(0, 6).sort()).toEqual(
    ["/", "/admin"]
      .flatMap((name) => [
        `${name} disconnect: server shutting down`,
        `${name} disconnecting: server shutting down`,
        `adapter of ${name} closing`,
      ])
      .sort(),
  );
  expect(log.slice(6)).toEqual([
    "adapter of / closed",
    "adapter of /admin closed",
    "connection of /: forced close",
    "connection of /admin: forced close",
    "http",
    "callback undefined",
    "promise",
  ]);
});

test("clients are not told to leave: their connection breaks, so that they come back", async () => {
  const { io, port } = await start();
  const peer = await openWebSocket(port);
  await peer.read();
  peer.ws.send("40");
  await peer.read();
  const messages = vi.fn();
  peer.ws.on("message", messages);
  await io.close();
  expect(await peer.closed).toBe(1005);
  expect(messages).not.toHaveBeenCalled();
});

test("an official client sees a lost transport", async () => {
  const running = await start();
  const { client } = await pair(running);
  const told = next(client, "disconnect");
  await running.io.close();
  expect((await told)[0]).toBe("transport close");
});

test("a poll that waits is answered with a close", async () => {
  const { io, port } = await start();
  const path = await openPolling(port);
  await fetchRaw(port, path, { method: "POST", body: "40" });
  await fetchRaw(port, path);
  const [session] = Object.values(io.engine.clients);
  const poll = fetchRaw(port, path);
  await vi.waitFor(() => expect(session!.transport.writable).toBe(true));
  await io.close();
  expect(await poll).toMatchObject({ status: 200, body: "1" });
});

test("adapters that fail to close keep nothing from closing", async () => {
  class Failing extends Adapter {
    override close(): void {
      if (this.nsp.name === "/") {
        throw new Error("thrown");
      }
    }
  }
  class Rejecting extends Failing {
    override async close(): Promise<void> {
      super.close();
      throw new Error("rejected");
    }
  }
  for (const adapter of [Failing, Rejecting]) {
    const { io, http } = await start({ adapter });
    io.of("/other");
    await io.close();
    expect(http.listening).toBe(false);
  }
});

test("an HTTP server that has stopped already is told to the callback; the promise resolves", async () => {
  const { io, http } = await start();
  await new Promise((resolve) => http.close(resolve));
  const callback = vi.fn();
  await expect(io.close(callback)).resolves.toBeUndefined();
  expect(callback).toHaveBeenCalledOnce();
  expect(callback.mock.calls[0]?.[0]).toMatchObject({ code: "ERR_SERVER_NOT_RUNNING" });
});

test("a server that was never attached rejects with a TypeError", async () => {
  const closing = new Server().close();
  await expect(closing).rejects.toBeInstanceOf(TypeError);
  await expect(closing).rejects.toBeInstanceOf(HawserTypeError);
  await expect(closing).rejects.toMatchObject({ code: "SERVER_NOT_ATTACHED" });
});

test("after the close nobody is known any more", async () => {
  const running = await start();
  const { socket } = await pair(running);
  await running.io.close();
  expect(running.io.engine.clientsCount).toBe(0);
  expect(Object.keys(running.io.engine.clients)).toEqual([]);
  expect(running.io.sockets.sockets.size).toBe(0);
  expect(running.io.sockets.adapter.sids.size).toBe(0);
  expect(socket.connected).toBe(false);
  socket.emit("too late");
  await expect(fetchRaw(running.port, POLLING)).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

describe("the HTTP server", () => {
  test("ends the engine when it closes itself", async () => {
    const { io, http, port } = await start();
    await openPolling(port);
    expect(io.engine.clientsCount).toBe(1);
    await new Promise((resolve) => http.close(resolve));
    expect(io.engine.clientsCount).toBe(0);
  });

  test("that listens again serves again, WebSockets too", async () => {
    const http = createServer();
    const io = new Server(http);
    onTestFinished(() => void io.close());
    for (let i = 0; i < 2; i++) {
      await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
      const client = connect(`http://127.0.0.1:${(http.address() as AddressInfo).port}`);
      await next(client, "connect");
      const over = next(client, "disconnect");
      client.disconnect();
      await over;
      await new Promise((resolve) => http.close(resolve));
    }
  });
});

test("while adapters take their time to close, nobody new comes in", async () => {
  let release = () => {};
  class SlowAdapter extends Adapter {
    override close(): Promise<void> {
      return new Promise((resolve) => {
        release = resolve;
      });
    }
  }
  const { io, port } = await start({ adapter: SlowAdapter });
  const closed = io.close();
  expect((await fetchRaw(port, POLLING)).status).toBe(503);
  release();
  await closed;
});
