import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pattern } from "../packages/testkit/src/binary.ts";
import { PollingWire, SEPARATOR, SocketWire } from "../packages/testkit/src/wire.ts";

const WEBSOCKETS = 1000;
const POLLERS = 200;
const BYTES = 100_000;
/** How many clients are in the middle of an exchange at a time. */
const AT_ONCE = 40;
const TIME_LIMIT = 90_000;
const PACKET = '451-["echo",{"_placeholder":true,"num":0}]';

interface State {
  readonly crashes: string[];
  readonly clients: number;
  readonly memory: number;
}

describe("the built server in a process of its own", () => {
  let child: ChildProcess;
  let port: number;

  beforeAll(async () => {
    child = fork(fileURLToPath(new URL("./scale-server.mjs", import.meta.url)));
    ({ port } = await answer<{ port: number }>(child));
  });

  afterAll(() => {
    child.kill("SIGKILL");
  });

  it(
    `echoes a text and ${BYTES} bytes to each of ${WEBSOCKETS} WebSocket and ${POLLERS} polling clients, all connected at once`,
    async () => {
      const sockets: SocketWire[] = [];
      const pollers: PollingWire[] = [];
      await inBatches(WEBSOCKETS, async () => {
        const socket = await SocketWire.open(port);
        await socket.join();
        sockets.push(socket);
      });
      await inBatches(POLLERS, async () => {
        const session = await PollingWire.open(port);
        await session.join();
        pollers.push(session);
      });
      const before = await state(child);
      expect(before.clients).toBe(WEBSOCKETS + POLLERS);

      await inBatches(WEBSOCKETS, (index) => exchangeOverWebSocket(sockets[index]!, index));
      await inBatches(POLLERS, (index) => exchangeOverPolling(pollers[index]!, index));

      const after = await state(child);
      expect(after.crashes).toEqual([]);
      expect(after.clients).toBe(WEBSOCKETS + POLLERS);

      for (const socket of sockets) socket.end();
      await inBatches(POLLERS, async (index) => void (await pollers[index]!.post("1")));
      let { clients } = await state(child);
      for (const end = Date.now() + 5000; clients > 0 && Date.now() < end; ) {
        ({ clients } = await state(child));
      }
      expect(clients).toBe(0);
    },
    TIME_LIMIT,
  );
});

async function exchangeOverWebSocket(socket: SocketWire, index: number): Promise<void> {
  const text = `42["echo","text ${index}"]`;
  const bytes = pattern(BYTES, index);
  socket.send(text);
  socket.send(PACKET);
  socket.send(bytes);
  const frames = [await reply(socket), await reply(socket), await reply(socket)];
  expect(frames.slice(0, 2)).toEqual([text, PACKET]);
  expect(bytes.equals(frames[2] as Buffer), `bytes of client ${index}`).toBe(true);
  expect(socket.unread).toBe(0);
}

/** The next frame that is no ping. */
async function reply(socket: SocketWire): Promise<string | Buffer> {
  const frame = await socket.next(20_000);
  if (frame !== "2") return frame;
  socket.send("3");
  return reply(socket);
}

async function exchangeOverPolling(session: PollingWire, index: number): Promise<void> {
  const text = `42["echo","text ${index}"]`;
  const base64 = `b${pattern(BYTES, index).toString("base64")}`;
  const posted = await session.post([text, PACKET, base64].join(SEPARATOR));
  expect(posted.text).toBe("ok");
  const packets = await session.packets(3);
  expect(packets.slice(0, 2)).toEqual([text, PACKET]);
  expect(packets[2] === base64, `bytes of poller ${index}`).toBe(true);
}

async function inBatches(count: number, run: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await run(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

function state(child: ChildProcess): Promise<State> {
  const promise = answer<State>(child);
  child.send("state");
  return promise;
}

function answer<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) =>
      reject(new Error(`the server exited with ${code}; are the packages built?`));
    child.once("exit", onExit);
    child.once("message", (message) => {
      child.off("exit", onExit);
      resolve(message as T);
    });
  });
}
