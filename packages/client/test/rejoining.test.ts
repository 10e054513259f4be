import { io } from "@hawser/client";
import { expect, test } from "vitest";
import { disposable, next, officialServer } from "./official-server.ts";

test("who leaves and comes back while an upgrade holds everything back, comes back", async () => {
  const { io: server, url } = await officialServer();
  server.of("/chat").on("connection", () => {});
  const main = disposable(io(url, { forceNew: true, reconnection: false }));
  const chat = main.io.socket("/chat");
  const disconnections: unknown[] = [];
  main.on("disconnect", (reason) => disconnections.push(reason));
  await next(chat, "connect");

  await next(main.io.engine, "upgrading");
  chat.disconnect().connect();
  await next(main.io.engine, "upgrade");
  await next(chat, "connect");
  expect(disconnections).toEqual([]);
  expect(chat.connected).toBe(true);
});
