import { once } from "node:events";
import { connect } from "node:net";
import { freePort } from "../../packages/testkit/src/ports.ts";
import { createFolder, Service } from "./service.ts";

export interface Redis {
  readonly port: number;
  readonly url: string;
  stop(): Promise<void>;
}

/** A Redis server on a free port of the loopback; it keeps nothing on disk. */
export async function startRedis(): Promise<Redis> {
  const port = await freePort();
  const folder = createFolder("redis");
  const service = await Service.start({
    command: "/usr/bin/redis-server",
    debianPackage: "redis-server",
    args: [
      ...["--port", `${port}`, "--bind", "127.0.0.1", "--dir", folder.path],
      ...["--save", "", "--appendonly", "no"],
    ],
    folder,
    signal: "TERM",
    isReady: () => answersPing(port),
  });
  return { port, url: `redis://127.0.0.1:${port}`, stop: () => service.stop() };
}

async function answersPing(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    socket.end("PING\r\n");
    const [answer] = await once(socket, "data");
    return `${answer}`.startsWith("+PONG");
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
