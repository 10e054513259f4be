import { FakeClock } from "@hawser/testkit";
import { expect, test, vi } from "vitest";
import { TimeoutError } from "../src/index.ts";
import { next, pair, type Running, start } from "./running-server.ts";

type Reply = (...args: unknown[]) => void;

/** Servers with `count` clients that answer `ask` with their index. */
async function startWith(
  count: number,
  clock?: FakeClock,
): Promise<Running & { ends: Awaited<ReturnType<typeof pair>>[] }> {
  const running = await start({ clock });
  const ends = [];
  for (let i = 0; i < count; i++) {
    const end = await pair(running);
    end.client.on("ask", (reply: Reply) => reply(i, "second argument"));
    ends.push(end);
  }
  return { ...running, ends };
}

const pendingOf = ({ io }: Running): number[] =>
  [...io.sockets.sockets.values()].map(({ acks }) => acks.size);

test("all answers come together: the first argument of each", async () => {
  const running = await startWith(3);
  const answer = await new Promise<unknown[]>((resolve) => {
    running.io.timeout(10_000).emit("ask", (...args: unknown[]) => resolve(args));
  });
  const [error, responses] = answer as [unknown, number[]];
  expect(error).toBeNull();
  expect([...responses].sort()).toEqual([0, 1, 2]);
  expect(pendingOf(running)).toEqual([0, 0, 0]);
});

test("emitWithAck resolves with them", async () => {
  const { io } = await startWith(2);
  const responses = (await io.timeout(10_000).emitWithAck("ask")) as number[];
  expect(responses.sort()).toEqual([0, 1]);
});

test("a selection answers for itself", async () => {
  const { io, ends } = await startWith(3);
  ends[1]!.socket.join("room");
  expect(await io.to("room").timeout(10_000).emitWithAck("ask")).toEqual([1]);
  expect(await io.timeout(10_000).to("room").emitWithAck("ask")).toEqual([1]);
  const others = (await ends[1]!.socket.broadcast.timeout(10_000).emitWithAck("ask")) as number[];
  expect(others.sort()).toEqual([0, 2]);
  const local = (await io.local.timeout(10_000).emitWithAck("ask")) as number[];
  expect(local).toHaveLength(3);
});

test("nobody answers at once", async () => {
  const { io } = await startWith(1);
  expect(await io.to("nobody").timeout(10_000).emitWithAck("ask")).toEqual([]);
});

test("an answer without arguments counts", async () => {
  const { io, ends } = await startWith(1);
  ends[0]!.client.on("bare", (reply: Reply) => reply());
  expect(await io.timeout(10_000).emitWithAck("bare")).toEqual([undefined]);
});

test("bytes are asked with and answered with", async () => {
  const { io, ends } = await startWith(2);
  for (const { client } of ends) {
    client.on("bytes", (bytes: Uint8Array, reply: Reply) => reply(Buffer.from(bytes).reverse()));
  }
  const responses = (await io
    .timeout(10_000)
    .emitWithAck("bytes", Uint8Array.of(1, 2))) as Uint8Array[];
  expect(responses.map((bytes) => [...bytes])).toEqual([
    [2, 1],
    [2, 1],
  ]);
});

test("when the time is up the answers so far come with an error, and nothing is kept", async () => {
  const clock = new FakeClock();
  const running = await startWith(3, clock);
  const late: Reply[] = [];
  const asked = running.ends.slice(0, 2).map(
    ({ client }) =>
      new Promise<void>((resolve) => {
        client.off("ask").on("ask", (reply: Reply) => {
          late.push(reply);
          resolve();
        });
      }),
  );
  const answered = next(running.ends[2]!.socket.conn as never, "packet");
  const answers = vi.fn();
  running.io.timeout(1000).emit("ask", answers);
  await Promise.all([...asked, answered]);
  await vi.waitFor(() => expect(pendingOf(running)).toEqual([1, 1, 0]));
  clock.advance(999);
  expect(answers).not.toHaveBeenCalled();
  clock.advance(1);
  expect(answers).toHaveBeenCalledOnce();
  const [error, responses] = answers.mock.calls[0] as [Error, unknown[]];
  expect(error).toBeInstanceOf(TimeoutError);
  expect(error.message).toBe("operation has timed out");
  expect(responses).toEqual([2]);
  expect(pendingOf(running)).toEqual([0, 0, 0]);

  const heard = next(running.ends[0]!.socket, "after");
  late[0]!("too late");
  running.ends[0]!.client.emit("after");
  await heard;
  expect(answers).toHaveBeenCalledOnce();
  expect(responses).toEqual([2]);
});

test("emitWithAck rejects with the answers so far", async () => {
  const { io, ends } = await startWith(2);
  ends[0]!.client.off("ask");
  const error = await io
    .timeout(50)
    .emitWithAck("ask")
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(TimeoutError);
  expect(error).toMatchObject({ message: "operation has timed out", code: "TIMEOUT" });
  expect((error as TimeoutError).responses).toEqual([1]);
});

test("a client that leaves without an answer is waited for, and named by its absence", async () => {
  const clock = new FakeClock();
  const running = await startWith(2, clock);
  const { client, socket } = running.ends[0]!;
  client.off("ask");
  const asked = next(client, "ask");
  const outcome = running.io
    .timeout(1000)
    .emitWithAck("ask")
    .catch((error: TimeoutError) => error.responses);
  await asked;
  const gone = next(socket, "disconnect");
  client.disconnect();
  await gone;
  await vi.waitFor(() => expect(pendingOf(running)).toEqual([0]));
  clock.advance(1000);
  expect(await outcome).toEqual([1]);
});

test("an answer that comes twice counts once", async () => {
  const { io, ends } = await startWith(2);
  ends[0]!.client.off("ask").on("ask", (reply: Reply) => {
    reply("first");
    reply("again");
  });
  const responses = (await io.timeout(10_000).emitWithAck("ask")) as unknown[];
  expect(responses).toHaveLength(2);
  expect(responses).toEqual(expect.arrayContaining(["first", 1]));
});

test("what JSON cannot hold is thrown, or rejected, at once", async () => {
  const { io } = await startWith(1, new FakeClock());
  expect(() => io.timeout(10).emit("ask", 1n, () => {})).toThrow(TypeError);
  await expect(io.timeout(10).emitWithAck("ask", 1n)).rejects.toThrow(TypeError);
});
