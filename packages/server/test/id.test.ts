import { expect, test } from "vitest";
import { generateId } from "../src/session/id.ts";

test("an id has 20 characters of the URL-safe alphabet", () => {
  for (let i = 0; i < 1000; i++) {
    expect(generateId()).toMatch(/^[A-Za-z0-9_-]{20}$/);
  }
});

test("ids do not repeat", () => {
  const ids = Array.from({ length: 20_000 }, generateId);
  expect(new Set(ids).size).toBe(ids.length);
});

test("one id tells nothing of the next: every position changes", () => {
  const ids = Array.from({ length: 2000 }, generateId);
  for (let position = 0; position < 20; position++) {
    expect(new Set(ids.map((id) => id[position])).size).toBeGreaterThan(40);
  }
});
