import { describe, expect, it } from "vitest";
import { Journal } from "../src/journal.ts";

describe("Journal", () => {
  it("finds what has happened already and waits for what has not", async () => {
    const journal = new Journal();
    journal.add({ type: "event", nsp: "/", name: "a", args: [1] });
    expect((await journal.until({ name: "a" })).args).toEqual([1]);
    const second = journal.until({ name: "a" }, { count: 2 });
    journal.add({ type: "event", nsp: "/", name: "b" });
    journal.add({ type: "event", nsp: "/chat", name: "a", args: [2] });
    expect((await second).nsp).toBe("/chat");
    expect(journal.events("a")).toEqual([[1], [2]]);
    expect(journal.events("a", "/chat")).toEqual([[2]]);
  });

  it("says what it waited for and what came instead", async () => {
    const journal = new Journal();
    journal.add({ type: "connect", nsp: "/" });
    const waiting = journal.until({ type: "disconnect" }, { timeout: 20 });
    await expect(waiting).rejects.toThrow(/nothing within 20 ms.*disconnect.*\n.*\n.*connect/);
  });
});
