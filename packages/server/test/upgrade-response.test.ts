import { createServer, IncomingMessage } from "node:http";
import { connect, Socket } from "node:net";
import { PassThrough } from "node:stream";
import { expect, test, vi } from "vitest";
import { rejectUpgrade, UpgradeResponse } from "../src/http/upgrade-response.ts";
import { listen, next } from "./running-server.ts";

function responseOn(socket = new PassThrough()): UpgradeResponse {
  return new UpgradeResponse(new IncomingMessage(new Socket()), socket);
}

test("keeps the headers that middlewares set", () => {
  const response = responseOn();
  response.setHeader("X-One", "1");
  response.setHeader("Set-Cookie", ["a=1", "b=2"]);
  response.setHeader("X-Gone", "1");
  response.removeHeader("x-gone");
  expect({ ...response.getHeaders() }).toEqual({ "x-one": "1", "set-cookie": ["a=1", "b=2"] });
  expect(response.getHeader("x-one")).toBe("1");
});

test("writing reaches no socket", () => {
  const socket = new PassThrough();
  const written = vi.spyOn(socket, "write");
  const response = responseOn(socket);
  response.writeHead(403);
  expect(response.write()).toBe(true);
  expect(response.statusCode).toBe(403);
  expect(response.writableEnded).toBe(false);
  expect(written).not.toHaveBeenCalled();
  expect(socket.destroyed).toBe(false);
});

test("end destroys the socket and is told once", () => {
  const socket = new PassThrough();
  const response = responseOn(socket);
  const events: string[] = [];
  response.on("finish", () => events.push("finish")).on("close", () => events.push("close"));
  response.end();
  response.end();
  expect(events).toEqual(["finish", "close"]);
  expect(response.writableEnded).toBe(true);
  expect(socket.destroyed).toBe(true);
});

test("a refused upgrade gets a plain HTTP error, and the connection ends", async () => {
  const http = createServer().on("upgrade", (_request, socket) => {
    rejectUpgrade(socket, 400, "Bad reqüest");
  });
  const peer = connect(await listen(http), "127.0.0.1");
  peer.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  let text = "";
  peer.setEncoding("utf8").on("data", (chunk) => {
    text += chunk;
  });
  await next(peer, "close");
  expect(text).toBe(
    "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-type: text/html\r\n" +
      "Content-Length: 12\r\n\r\nBad reqüest",
  );
});
