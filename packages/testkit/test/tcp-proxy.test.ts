import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TcpProxy } from "../src/tcp-proxy.ts";
import { pause } from "../src/waiting.ts";

describe("TcpProxy", () => {
  let server: Server;
  let accepted: Socket[];
  let proxy: TcpProxy;

  beforeEach(async () => {
    accepted = [];
    server = createServer({ allowHalfOpen: true }, (socket) => {
      accepted.push(socket);
      socket.on("error", () => {});
      socket.on("data", (chunk) => socket.write(`<${chunk}>`));
      socket.on("end", () => socket.end());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    proxy = await TcpProxy.start((server.address() as AddressInfo).port);
  });

  afterEach(async () => {
    await proxy.close();
    for (const socket of accepted) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  /** A client that writes down what happens to it. */
  async function client() {
    const socket = connect({ port: proxy.port, host: "127.0.0.1", allowHalfOpen: true });
    const seen = { text: "", ended: false, error: "", closed: false };
    socket.setEncoding("utf8");
    socket.on("data", (chunk) => {
      seen.text += chunk;
    });
    socket.on("end", () => {
      seen.ended = true;
    });
    socket.on("error", (error: Error & { code: string }) => {
      seen.error = error.code;
    });
    socket.on("close", () => {
      seen.closed = true;
    });
    // A refused connection may be reset before the client has seen it open.
    await new Promise((resolve) => socket.once("connect", resolve).once("close", resolve));
    return { socket, seen };
  }

  it("forwards both directions", async () => {
    const { socket, seen } = await client();
    socket.write("a");
    await expect.poll(() => seen.text).toBe("<a>");
    socket.end();
    await expect.poll(() => seen.ended).toBe(true);
    await expect.poll(() => proxy.connections).toBe(0);
  });

  it("holds everything back while frozen, and delivers it when thawed", async () => {
    const { socket, seen } = await client();
    proxy.freeze();
    socket.write("a");
    await pause(60);
    expect(seen).toEqual({ text: "", ended: false, error: "", closed: false });
    proxy.thaw();
    await expect.poll(() => seen.text).toBe("<a>");
    socket.destroy();
  });

  it("freezes connections made while frozen too", async () => {
    proxy.freeze();
    const { socket, seen } = await client();
    socket.write("a");
    await pause(60);
    expect(seen.text).toBe("");
    proxy.thaw();
    await expect.poll(() => seen.text).toBe("<a>");
    socket.destroy();
  });

  it("cuts with a reset at both ends", async () => {
    const { socket, seen } = await client();
    socket.write("a");
    await expect.poll(() => seen.text).toBe("<a>");
    const closed = new Promise((resolve) => accepted[0]?.once("close", resolve));
    proxy.cut();
    await closed;
    await expect.poll(() => seen.error).toBe("ECONNRESET");
  });

  it("delays every chunk and keeps the order", async () => {
    const { socket, seen } = await client();
    proxy.delay(40);
    const start = Date.now();
    socket.write("a");
    await pause(5);
    socket.write("b");
    // A busy machine may hand both over together.
    await expect.poll(() => seen.text.replace("><", "")).toBe("<ab>");
    expect(Date.now() - start).toBeGreaterThanOrEqual(80);
    socket.destroy();
  });

  it("ends one direction and leaves the other open", async () => {
    const { socket, seen } = await client();
    await expect.poll(() => accepted.length).toBe(1);
    const got = new Promise<string>((resolve) =>
      accepted[0]?.once("data", (data) => resolve(`${data}`)),
    );
    proxy.halfClose();
    await expect.poll(() => seen.ended).toBe(true);
    expect(seen.closed).toBe(false);
    socket.write("still");
    expect(await got).toBe("still");
    socket.destroy();
  });

  it("refuses new connections when told so", async () => {
    proxy.refuse(true);
    const { seen } = await client();
    await expect.poll(() => seen.closed).toBe(true);
    proxy.refuse(false);
    const { socket, seen: next } = await client();
    socket.write("a");
    await expect.poll(() => next.text).toBe("<a>");
    socket.destroy();
  });
});
