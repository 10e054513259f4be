import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server } from "@hawser/server";
import { io as connect } from "socket.io-client";
import { expect, test } from "vitest";

test.each(["polling", "websocket"])(
  "a Blob arrives as bytes and in order over %s",
  async (name) => {
    const httpServer = createServer();
    const io = new Server(httpServer);
    io.on("connection", (socket) => {
      socket.emit("before");
      socket.emit("blob", new Blob([Uint8Array.of(1, 2), Uint8Array.of(3)]));
      socket.emit("after");
    });
    await new Promise<void>((resolve) => httpServer.listen(0, resolve));
    const { port } = httpServer.address() as AddressInfo;
    const client = connect(`http://localhost:${port}`, { transports: [name] });
    const events: unknown[] = [];
    await new Promise<void>((resolve) => {
      client.onAny((event, ...args) => {
        events.push([event, ...args]);
        if (event === "after") {
          resolve();
        }
      });
    });
    expect(events).toEqual([["before"], ["blob", Buffer.of(1, 2, 3)], ["after"]]);
    client.disconnect();
    await io.close();
  },
);
