import { expect, test } from "vitest";
import type { Member } from "../src/connection/member.ts";
import { Members } from "../src/connection/members.ts";

const member = (name: string) => ({ name }) as unknown as Member;

test("members are found by name, in the order in which they came", () => {
  const members = new Members();
  const [a, b, c] = [member("a"), member("b"), member("c")];
  members.set("/a", undefined);
  expect([members.has("/a"), members.get("/a"), members.admitted()]).toEqual([true, undefined, []]);
  members.set("/a", a);
  members.set("/b", b);
  members.delete("/a");
  members.set("/c", c);
  expect([members.has("/a"), members.get("/b"), members.get("/c")]).toEqual([false, b, c]);
  expect(members.admitted()).toEqual([b, c]);
  members.set("/b", undefined);
  expect(members.admitted()).toEqual([c]);
  members.delete("/b");
  members.delete("/c");
  members.set("/a", a);
  expect(members.admitted()).toEqual([a]);
  members.clear();
  expect([members.has("/a"), members.has("/c"), members.admitted()]).toEqual([false, false, []]);
});
