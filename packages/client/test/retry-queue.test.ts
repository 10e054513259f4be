import { expect, test } from "vitest";
import type { Ack } from "../src/socket/acks.ts";
import { RetryQueue } from "../src/socket/retry-queue.ts";

function setUp(retries: number) {
  const sent: { args: unknown[]; ack: Ack }[] = [];
  const state = { ready: true };
  const queue = new RetryQueue(
    retries,
    () => state.ready,
    (args, ack) => sent.push({ args, ack }),
  );
  const told: unknown[] = [];
  const add = (name: string): void => {
    const ack: Ack = {
      reply: (args) => told.push([name, ...args]),
      fail: (error) => told.push([name, error.message]),
    };
    queue.add([name], ack, {});
    queue.drain();
  };
  return { sent, state, queue, told, add, names: () => sent.map(({ args }) => args[0]) };
}

test("one event is under way at a time", () => {
  const { add, sent, told, names } = setUp(1);
  add("a");
  add("b");
  expect(names()).toEqual(["a"]);
  sent[0]?.ack.reply([1]);
  expect(names()).toEqual(["a", "b"]);
  expect(told).toEqual([["a", 1]]);
});

test("an event is given up after its retries, and the next one sent", () => {
  const { add, sent, told, names } = setUp(2);
  add("a");
  add("b");
  for (let i = 0; i < 3; i++) {
    sent[i]?.ack.fail?.(new Error(`failure ${i}`));
  }
  expect(names()).toEqual(["a", "a", "a", "b"]);
  expect(told).toEqual([["a", "failure 2"]]);
});

test("a reply to an earlier try counts, its failure does not", () => {
  const { add, sent, told, queue } = setUp(1);
  add("a");
  queue.drain(true);
  expect(sent).toHaveLength(2);
  sent[0]?.ack.fail?.(new Error("late"));
  expect(told).toEqual([]);
  sent[0]?.ack.reply(["ok"]);
  sent[1]?.ack.reply(["again"]);
  expect(told).toEqual([["a", "ok"]]);
});

test("nothing is sent while it is not possible", () => {
  const { add, state, names, queue } = setUp(1);
  state.ready = false;
  add("a");
  expect(names()).toEqual([]);
  state.ready = true;
  queue.drain(true);
  expect(names()).toEqual(["a"]);
});
