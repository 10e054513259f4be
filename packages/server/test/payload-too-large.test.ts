import { expect, test } from "vitest";
import { PayloadTooLargeError } from "../src/index.ts";
import { fetchRaw, next, openPolling, openWebSocket, pair, start } from "./running-server.ts";

const LIMIT = 1000;

test("a WebSocket message beyond the limit: 1009, and the description names the limit", async () => {
  const running = await start({ maxHttpBufferSize: LIMIT });
  const arrival = next(running.io, "connection");
  const peer = await openWebSocket(running.port);
  peer.ws.send("40");
  const [socket] = (await arrival) as [Parameters<typeof next>[0]];
  const over = next(socket, "disconnect");
  peer.ws.on("error", () => {});
  peer.ws.send(`42["x","${"x".repeat(LIMIT)}"]`);
  const [reason, error] = await over;
  expect(reason).toBe("transport error");
  expect(error).toBeInstanceOf(PayloadTooLargeError);
  expect(error).toMatchObject({ code: "PAYLOAD_TOO_LARGE", limit: LIMIT });
  expect(await peer.closed).toBe(1009);
  expect(running.io.stats().limits).toEqual({ maxHttpBufferSize: 1 });
});

test("a POST beyond the limit: 413, and the description of the client's leaving has the size", async () => {
  const running = await start({ maxHttpBufferSize: LIMIT });
  const { client, socket } = await pair(running, "/", { transports: ["polling"] });
  const over = next(socket, "disconnect");
  client.emit("x", "x".repeat(LIMIT));
  const [reason, error] = await over;
  expect(reason).toBe("transport close");
  expect(error).toMatchObject({ code: "PAYLOAD_TOO_LARGE", limit: LIMIT });
  expect((error as PayloadTooLargeError).size).toBeGreaterThan(LIMIT);
});

test("a client that goes on after a 413, and leaves later, has not left for that", async () => {
  const running = await start({ maxHttpBufferSize: LIMIT });
  const arrival = next(running.io, "connection");
  const path = await openPolling(running.port);
  const post = (body: string) => fetchRaw(running.port, path, { method: "POST", body });
  await post("40");
  const [socket] = (await arrival) as [Parameters<typeof next>[0]];
  expect((await post("x".repeat(LIMIT + 1))).status).toBe(413);
  expect((await post('42["x"]')).status).toBe(200);
  const over = next(socket, "disconnect");
  expect(running.io.stats().limits).toEqual({ maxHttpBufferSize: 1 });
  await post("1");
  expect(await over).toEqual(["transport close", undefined]);
});
