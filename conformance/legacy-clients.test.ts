import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server, type ServerOptions, type Socket } from "@hawser/server";
import { describe, expect, onTestFinished, test } from "vitest";

/** What these tests use of the old clients; what else they can do is in `matrix/`. */
interface OldSocket {
  id: string;
  once(event: string, listener: (argument: unknown) => void): this;
  disconnect(): this;
}

async function serve(options: Partial<ServerOptions> = {}) {
  const httpServer = createServer();
  const io = new Server(httpServer, options);
  onTestFinished(() => io.close().catch(() => {}));
  await new Promise<void>((resolve) => httpServer.listen(0, resolve));
  return { io, url: `http://localhost:${(httpServer.address() as AddressInfo).port}` };
}

const next = (socket: OldSocket, event: string) =>
  new Promise<unknown>((resolve) => socket.once(event, resolve));

describe.each([
  ["1.7.4", "socket.io-client-1"],
  ["2.5.0", "socket.io-client-2"],
])("socket.io-client %s", (_version, module) => {
  async function client(url: string, transport: string): Promise<OldSocket> {
    const { default: connect } = await import(module);
    const options = { forceNew: true, reconnection: false, transports: [transport] };
    const socket: OldSocket = connect(url, options);
    onTestFinished(() => void socket.disconnect());
    return socket;
  }

  test.each(["polling", "websocket"])("speaks revision 3 over %s, under one id", async (name) => {
    const { io, url } = await serve();
    const joined = new Promise<Socket>((resolve) => io.of("/chat").on("connection", resolve));
    const socket = await client(`${url}/chat`, name);
    await next(socket, "connect");
    const { id, conn } = await joined;
    expect(conn.protocol).toBe(3);
    expect(id).toBe(`/chat#${conn.id}`);
    expect(id).toContain(socket.id);
  });

  test.each(["polling", "websocket"])("is refused over %s by allowEIO3: false", async (name) => {
    const { io, url } = await serve({ allowEIO3: false });
    const errors: string[] = [];
    io.engine.on("connection_error", ({ message }: { message: string }) => errors.push(message));
    await next(await client(url, name), "connect_error");
    expect(errors).toEqual(["Unsupported protocol version"]);
  });
});

test("allowEIO3: false says why", async () => {
  const { url } = await serve({ allowEIO3: false });
  const answer = await fetch(`${url}/socket.io/?EIO=3&transport=polling`);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toEqual({ code: 5, message: "Unsupported protocol version" });
});
