import { expect } from "vitest";
import { pause } from "../../packages/testkit/src/waiting.ts";
import type { Measure, VictimProcess } from "./victim-process.ts";
import type { Witness } from "./witness.ts";

/** Bytes by which memory may differ: compiled code, and what the witnesses have under way. */
const SLACK = 2 * 1024 * 1024;
/** What is left behind must be gone by then: the time limits of the victim, and a slow machine. */
const PATIENCE = 12_000;

/**
 * Attacks a victim twice, since the first time compiles code and fills caches. After the second, all
 * must be as before: the process is well, its memory and descriptors are back, the witnesses content.
 */
export async function expectSurvival(
  victim: VictimProcess,
  witnesses: readonly Witness[],
  attack: () => Promise<void>,
  patience = PATIENCE,
): Promise<void> {
  const idle = await victim.measure();
  await attack();
  const cold = (now: Measure) => isBack(now, { ...idle, memory: now.memory });
  const before = await settled(victim, cold, patience);
  await attack();
  for (const witness of witnesses) {
    expect((await witness.complaints(patience)).join("\n"), "the witness").toBe("");
  }
  const after = await settled(victim, (now) => isBack(now, before), patience);
  expect(after.crashes.slice(idle.crashes.length).join("\n"), "crashes").toBe("");
  expect(after.clients, "sessions").toBeLessThanOrEqual(before.clients);
  expect(after.descriptors, "descriptors").toBeLessThanOrEqual(before.descriptors);
  expect((after.memory - before.memory) / SLACK, "memory, in slacks").toBeLessThanOrEqual(1);
}

function isBack(now: Measure, before: Measure): boolean {
  return (
    now.clients <= before.clients &&
    now.descriptors <= before.descriptors &&
    now.memory <= before.memory + SLACK
  );
}

/** The first measure that is good, or the last one before patience ends. */
async function settled(
  victim: VictimProcess,
  isGood: (measure: Measure) => boolean,
  patience: number,
): Promise<Measure> {
  const end = Date.now() + patience;
  for (;;) {
    const measure = await victim.measure();
    if (isGood(measure) || Date.now() > end) {
      return measure;
    }
    await pause(100);
  }
}
