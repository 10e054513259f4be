import { expect, test } from "vitest";
import { type ErrorCallback, Server } from "../src/engine.ts";
import { openWebSocket, POLLING, run, settle } from "./engines.ts";
import { fetchRaw } from "./running-server.ts";

test("a verify() that answers twice has answered with the first", async () => {
  class Twice extends Server {
    protected override verify(_req: never, _upgrade: boolean, callback: ErrorCallback) {
      callback();
      callback();
      callback(3, {});
    }
  }
  const { server, port } = await run(new Twice());
  expect((await fetchRaw(port, POLLING)).status).toBe(200);
  const peer = await openWebSocket(port);
  await expect.poll(() => peer.messages[0]).toMatch(/^0{"sid"/);
  expect(server.clientsCount).toBe(2);
});

test("a WebSocket that is gone when handshake() goes on leaves no session", async () => {
  let goOn: (() => void) | undefined;
  class Late extends Server {
    protected override async handshake(name: string, req: never, close: ErrorCallback) {
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
      return super.handshake(name, req, close);
    }
  }
  const { server, port } = await run(new Late());
  const { ws, closed } = await openWebSocket(port);
  ws.terminate();
  await closed;
  await settle(20);
  goOn?.();
  await settle(5);
  expect(server.clientsCount).toBe(0);
});

test("what a flush listener sends by the transport takes the place of nothing", async () => {
  const { server, port } = await run(new Server());
  server.on("connection", (session) => {
    session.once("flush", () => session.transport.send([{ type: "message", data: "first" }]));
    session.send("second");
  });
  const { body } = await fetchRaw(port, POLLING);
  const path = `${POLLING}&sid=${JSON.parse(body.slice(1)).sid}`;
  expect((await fetchRaw(port, path)).body).toBe("4first");
  expect((await fetchRaw(port, path)).body).toBe("4second");
});
