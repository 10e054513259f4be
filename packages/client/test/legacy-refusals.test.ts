import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { io } from "@hawser/client";
import { describe, expect, onTestFinished, test } from "vitest";
import { next } from "./official-server.ts";

interface OldSocket {
  on(event: string, listener: (value: unknown) => void): void;
  error(value: unknown): void;
}
interface OldNamespace {
  use(middleware: (socket: OldSocket, done: (error: Error) => void) => void): void;
  on(event: "connection", listener: (socket: OldSocket) => void): void;
}
interface OldServer {
  of(name: string): OldNamespace;
  close(): void;
}

/** An official server of Socket.IO 2, and a client in its main namespace. */
async function join() {
  const Old = (await import("socket.io-2" as string)).default as (http: unknown) => OldServer;
  const http = createServer();
  const server = Old(http);
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const main = io(`http://127.0.0.1:${(http.address() as AddressInfo).port}`, { forceNew: true });
  onTestFinished(() => {
    main.io._close();
    server.close();
  });
  const disconnections: unknown[] = [];
  main.on("disconnect", (reason) => disconnections.push(reason));
  return { server, main, disconnections };
}

// What protocol 4 puts behind the type of an ERROR: any JSON.
const VALUES = [[1, "two"], [], [{ a: "," }], true, -1.5, { code: 7 }, { message: { a: 1 } }];

describe("a server of Socket.IO 2 refuses with any value", () => {
  test.each(VALUES.map((data) => [JSON.stringify(data), data]))("%s", async (text, data) => {
    const { server, main, disconnections } = await join();
    server.of("/closed").use((_socket, done) => done(Object.assign(new Error("no"), { data })));
    server.of("/open").on("connection", (socket) => socket.on("x", () => socket.error(data)));

    const [refusal] = await next(main.io.socket("/closed"), "connect_error");
    expect(refusal).toMatchObject({ code: "REFUSED", message: text, data });

    const open = main.io.socket("/open");
    await next(open, "connect");
    open.emit("x");
    expect(await next(open, "error")).toEqual([data]);
    expect(disconnections).toEqual([]);
  });
});
