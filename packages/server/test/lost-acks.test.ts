import { FakeClock } from "@hawser/testkit";
import { describe, expect, test, vi } from "vitest";
import { DisconnectedError, TimeoutError } from "../src/index.ts";
import { next, pair, start } from "./running-server.ts";

describe("when the client has left", () => {
  test("emitWithAck rejects and timed callbacks get the error, with the reason", async () => {
    const running = await start();
    const { client, socket } = await pair(running);
    const plain = vi.fn();
    socket.emit("silent", plain);
    const promises = [
      socket.emitWithAck("silent"),
      socket.timeout(10_000).emitWithAck("silent"),
      new Promise((_resolve, reject) => socket.timeout(10_000).emit("silent", reject)),
    ];
    const settled = Promise.allSettled(promises);
    const order: string[] = [];
    socket.on("disconnect", () => order.push("disconnect"));
    promises[0]!.catch(() => order.push("rejected"));
    client.disconnect();
    for (const result of await settled) {
      const { reason: error } = result as PromiseRejectedResult;
      expect(error).toBeInstanceOf(DisconnectedError);
      expect(error).toMatchObject({ code: "DISCONNECTED", reason: "client namespace disconnect" });
    }
    expect(order).toEqual(["disconnect", "rejected"]);
    expect(socket.acks.size).toBe(0);
    expect(plain).not.toHaveBeenCalled();
  });

  test("nothing is unhandled where nobody has waited", async () => {
    const running = await start();
    const { client, socket } = await pair(running);
    const surfaced = vi.fn();
    process.on("unhandledRejection", surfaced);
    void socket.emitWithAck("x");
    const over = next(socket, "disconnect");
    client.disconnect();
    await over;
    await new Promise(setImmediate);
    process.off("unhandledRejection", surfaced);
    expect(surfaced).not.toHaveBeenCalled();
  });

  test("what is asked afterwards fails too, and later than the call", async () => {
    const running = await start();
    const { client, socket } = await pair(running);
    const over = next(socket, "disconnect");
    client.io.engine.close();
    await over;
    await expect(socket.emitWithAck("x")).rejects.toMatchObject({ reason: "transport close" });
    const callback = vi.fn();
    socket.timeout(10_000).emit("x", callback);
    expect(callback).not.toHaveBeenCalled();
    await vi.waitFor(() => expect(callback).toHaveBeenCalledOnce());
  });

  test("an ask by a middleware that then refuses fails", async () => {
    const running = await start();
    const failed = new Promise((resolve) => {
      running.io.use((socket, go) => {
        socket.emitWithAck("x").catch(resolve);
        go(new Error("no"));
      });
    });
    pair(running).catch(() => {});
    expect(await failed).toBeInstanceOf(DisconnectedError);
  });

  test("a broadcast waits for the others only, and fails with what they have answered", async () => {
    const running = await start();
    const [a, b, c] = [await pair(running), await pair(running), await pair(running)];
    for (const [index, { client }] of [a, b].entries()) {
      client.on("ask", (reply) => reply(index));
    }
    const asked = next(c.client, "ask");
    const answer = running.io
      .timeout(60_000)
      .emitWithAck("ask")
      .catch((error: unknown) => error);
    await asked;
    c.client.disconnect();
    const error = (await answer) as TimeoutError;
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error.responses).toEqual(expect.arrayContaining([0, 1]));
    expect(error.message).toBe("a client left before it answered");
  });

  test("a broadcast that has ended in time knows nothing of who leaves later", async () => {
    const running = await start();
    const { client } = await pair(running);
    client.on("ask", (reply) => reply("here"));
    const callback = vi.fn();
    running.io.timeout(60_000).emit("ask", callback);
    await vi.waitFor(() => expect(callback).toHaveBeenCalled());
    client.disconnect();
    await vi.waitFor(() => expect(running.io.engine.clientsCount).toBe(0));
    expect(callback.mock.calls).toEqual([[null, ["here"]]]);
  });
});

describe("ackTimeout", () => {
  test("limits the wait where timeout() does not, and puts an error in front", async () => {
    const clock = new FakeClock();
    const running = await start({ clock, ackTimeout: 300 });
    const { client, socket } = await pair(running);
    client.on("x", (reply) => reply("here"));
    expect(await socket.emitWithAck("x")).toBe("here");
    expect(
      await new Promise((resolve) => socket.emit("x", (...all: unknown[]) => resolve(all))),
    ).toEqual([null, "here"]);
    const callback = vi.fn();
    socket.emit("silent", callback);
    const longer = vi.fn();
    socket.timeout(500).emit("silent", longer);
    const rejected = expect(socket.emitWithAck("silent")).rejects.toBeInstanceOf(TimeoutError);
    clock.advance(299);
    expect(callback).not.toHaveBeenCalled();
    clock.advance(2);
    expect(callback.mock.calls).toEqual([[expect.any(TimeoutError)]]);
    await rejected;
    expect(longer).not.toHaveBeenCalled();
    clock.advance(200);
    expect(longer).toHaveBeenCalledOnce();
  });

  test("is off by default, and checked", async () => {
    const clock = new FakeClock();
    const running = await start({ clock });
    const { socket } = await pair(running);
    const callback = vi.fn();
    socket.emit("silent", callback);
    clock.advance(10_000);
    expect(socket.acks.size).toBe(1);
    expect(callback).not.toHaveBeenCalled();
    await expect(start({ ackTimeout: -1 })).rejects.toMatchObject({ code: "INVALID_OPTION" });
  });
});
