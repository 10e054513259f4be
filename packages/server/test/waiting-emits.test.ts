import { afterEach, expect, test, vi } from "vitest";
import { WaitingEmits } from "../src/connection/waiting-emits.ts";
import type { Session } from "../src/session/session.ts";

const surfaced = vi.fn();

afterEach(() => {
  process.off("uncaughtException", surfaced);
});

function setUp() {
  let drain!: () => void;
  const drained = () => new Promise<void>((resolve) => (drain = resolve));
  const emits = new WaitingEmits({ drained, hasRoom: () => true } as unknown as Session);
  const sent: unknown[] = [];
  const add = (name: unknown, isWanted = () => true, send = () => void sent.push(name)) =>
    emits.add({ weight: 1, budget: 1, isWanted, send });
  return { emits, add, sent, drain: () => drain() };
}

test("what has timed out does not pile up behind a reader that never catches up", async () => {
  const { emits, add, sent, drain } = setUp();
  add("first");
  for (let i = 0; i < 10_000; i++) {
    let isWanted = true;
    add(i, () => isWanted);
    isWanted = false;
  }
  add("last");
  expect(emits.length).toBeLessThan(100);
  drain();
  await vi.waitFor(() => expect(sent).toEqual(["first", "last"]));
  expect(emits.length).toBe(0);
});

test("one that cannot be encoded any more does not hold up the others", async () => {
  process.on("uncaughtException", surfaced);
  const { add, sent, drain } = setUp();
  const broken = () => {
    throw new TypeError("circular");
  };
  add("broken", undefined, broken);
  add("fine");
  drain();
  await vi.waitFor(() => expect(sent).toEqual(["fine"]));
  await vi.waitFor(() => expect(surfaced).toHaveBeenCalledOnce());
  add("later");
  drain();
  await vi.waitFor(() => expect(sent).toEqual(["fine", "later"]));
});
