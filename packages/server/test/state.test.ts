import { expect, test } from "vitest";
import { type SessionAction, type SessionState, transition } from "../src/session/state.ts";

test.each<[SessionState, SessionAction, SessionState | undefined]>([
  ["opening", "open", "open"],
  ["opening", "close", undefined],
  ["opening", "end", "closed"],
  ["open", "open", undefined],
  ["open", "close", "closing"],
  ["open", "end", "closed"],
  ["closing", "open", undefined],
  ["closing", "close", undefined],
  ["closing", "end", "closed"],
  ["closed", "open", undefined],
  ["closed", "close", undefined],
  ["closed", "end", undefined],
])("a session that is %s answers %s with %s", (state, action, result) => {
  expect(transition(state, action)).toBe(result);
});
