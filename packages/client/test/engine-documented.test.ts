/** What the documentation of engine.io-client says of its socket; the same script for it and for ours. */
import { Server } from "engine.io";
import * as official from "engine.io-client";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import * as ours from "../src/engine.ts";
import { next } from "./official-server.ts";

const LIBRARIES: [name: string, library: typeof ours][] = [
  ["engine.io-client", official as unknown as typeof ours],
  ["@hawser/client/engine", ours],
];

interface DocumentedTransport {
  on(event: string, listener: () => void): unknown;
  close(): void;
}

describe.each(LIBRARIES)("%s", (_, { Socket }) => {
  type EngineSocket = InstanceType<typeof Socket>;

  /** A socket of a server that sends everything back. */
  async function connected(transport: string): Promise<EngineSocket> {
    const { createServer } = await import("node:http");
    const http = createServer();
    const server = new Server();
    server.attach(http);
    server.on("connection", (socket) => {
      socket.on("message", (message: string) => socket.send(message));
    });
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    const { port } = http.address() as { port: number };
    const socket = new Socket(`http://127.0.0.1:${port}`, { transports: [transport] });
    onTestFinished(() => {
      socket.close();
      server.close();
      http.close();
    });
    return socket;
  }

  describe.each(["polling", "websocket"])("over %s", (transport) => {
    test("what is no bytes is sent as its text, and sending goes on", async () => {
      const socket = await connected(transport);
      await next(socket, "open");
      const received: unknown[] = [];
      socket.on("message", (message: unknown) => received.push(message));
      for (const value of [5, true, { toString: () => "own" }, ["a", "b"], "last"]) {
        expect(socket.send(value as string)).toBe(socket);
      }
      await expect.poll(() => received).toEqual(["5", "true", "own", "a,b", "last"]);
    });

    test.each(["nodebuffer", "buffer"])("the binary type %s is Node's Buffer", async (type) => {
      const socket = await connected(transport);
      socket.binaryType = type as "nodebuffer";
      await next(socket, "open");
      const received: unknown[] = [];
      socket.on("message", (message: unknown) => received.push(message));
      socket.send(Buffer.from([1, 2]));
      await expect.poll(() => received).toEqual([Buffer.from([1, 2])]);
      expect(Buffer.isBuffer(received[0])).toBe(true);
    });

    test("closing the transport below ends the session as a loss does", async () => {
      const socket = await connected(transport);
      await next(socket, "open");
      const closed = vi.fn();
      socket.on("close", closed);
      (socket.transport as unknown as DocumentedTransport).close();
      await expect.poll(() => closed.mock.calls.length).toBe(1);
      expect(closed.mock.calls[0]?.[0]).toBe("transport close");
      expect(socket.readyState).toBe("closed");
    });
  });

  test("a polling transport tells of its requests", async () => {
    const socket = await connected("polling");
    const events: string[] = [];
    for (const event of ["poll", "pollComplete", "drain"]) {
      (socket.transport as unknown as DocumentedTransport).on(event, () => events.push(event));
    }
    await next(socket, "open");
    socket.send("a");
    await next(socket, "message");
    await expect.poll(() => events.filter((event) => event === "drain").length).toBe(1);
    await expect
      .poll(() => events.filter((event) => event !== "drain").slice(-4))
      .toEqual(["pollComplete", "poll", "pollComplete", "poll"]);
  });
});
