import { createSecureServer } from "node:http2";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { Server, type Socket } from "@hawser/server";
import { io as connect } from "socket.io-client";
import { expect, test } from "vitest";
import { makeCertificate } from "../../testkit/src/certificate.ts";

const certificate = makeCertificate();

const SERVERS = {
  https: () => createServer(certificate),
  "http2 with HTTP/1": () => createSecureServer({ ...certificate, allowHTTP1: true }),
};

test.each(
  Object.entries(SERVERS).flatMap(([kind, create]) =>
    [["polling"], ["websocket"], ["polling", "websocket"]].map(
      (transports) => [kind, transports, create] as const,
    ),
  ),
)("serves %s over %j", async (_kind, transports, create) => {
  const httpServer = create();
  const io = new Server(httpServer);
  const joined = new Promise<Socket>((resolve) => io.on("connection", resolve));
  await new Promise<void>((resolve) => httpServer.listen(0, resolve));
  const { port } = httpServer.address() as AddressInfo;
  const client = connect(`https://localhost:${port}`, {
    transports: [...transports],
    rejectUnauthorized: false,
  });
  const socket = await joined;
  socket.on("echo", (value: unknown, reply: (value: unknown) => void) => reply(value));
  expect(await client.emitWithAck("echo", Buffer.of(1, 2))).toEqual(Buffer.of(1, 2));
  expect(socket.handshake.secure).toBe(true);
  client.disconnect();
  await io.close();
});
