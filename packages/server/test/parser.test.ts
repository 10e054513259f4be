import type { Packet } from "@hawser/socket-codec/packets";
import { Decoder } from "@hawser/socket-codec/packets";
import * as msgpack from "socket.io-msgpack-parser";
import { expect, test, vi } from "vitest";
import type { Server, Socket } from "../src/index.ts";
import { next, openWebSocket, pair, start } from "./running-server.ts";

type Parser = NonNullable<Server["opts"]["parser"]>;

test("a parser of somebody else is used in both directions", async () => {
  const running = await start({ parser: msgpack as unknown as Parser });
  const { client, socket } = await pair(running, "/a", { parser: msgpack });
  socket.on("ask", (date, bytes, reply) => reply(date, bytes));
  const [date, bytes] = await new Promise<[string, Uint8Array]>((resolve) => {
    client.emit("ask", "when", Buffer.from([1, 2]), (...args: [string, Uint8Array]) =>
      resolve(args),
    );
  });
  expect(date).toBe("when");
  expect([...bytes]).toEqual([1, 2]);
  const arrival = next(client, "all");
  running.io.of("/a").emit("all", { n: 1 });
  expect(await arrival).toEqual([{ n: 1 }]);
});

test("a decoder is made for each connection, told of its end, and may refuse what comes", async () => {
  const destroyed = vi.fn();
  class Strict extends Decoder {
    override add(chunk: string): void {
      if (chunk === "refused") {
        throw new Error("not mine");
      }
      super.add(chunk);
    }
    override destroy(): void {
      destroyed();
      super.destroy();
    }
  }
  class Encoder {
    encode({ type, data }: Packet): unknown[] {
      return [`${type}${JSON.stringify(data)}`];
    }
  }
  const { io, port } = await start({ parser: { Encoder, Decoder: Strict } as unknown as Parser });
  const peers = [await openWebSocket(port), await openWebSocket(port)];
  const sockets: Socket[] = [];
  for (const peer of peers) {
    const arrival = next(io, "connection");
    peer.ws.send("40");
    sockets.push((await arrival)[0] as Socket);
  }
  const [first, second] = sockets;
  const error = next(first!, "error");
  const over = next(first!, "disconnect");
  peers[0]!.ws.send("4refused");
  expect((await error)[0]).toMatchObject({ message: "not mine" });
  expect((await over)[0]).toBe("forced close");
  expect(destroyed).toHaveBeenCalledOnce();
  expect(second!.connected).toBe(true);
});
