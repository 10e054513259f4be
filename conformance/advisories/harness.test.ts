import { expect, onTestFinished, test } from "vitest";
import { expectSurvival } from "./survival.ts";
import { VictimProcess } from "./victim-process.ts";
import { clientWitness } from "./witness.ts";

/** Milliseconds; what is wrong here stays wrong. */
const PATIENCE = 1500;

/** One attack that makes a flawed server do `flaw`. */
async function attackWith(flaw: string): Promise<void> {
  const victim = await VictimProcess.start("flawed-victim");
  onTestFinished(() => victim.end());
  const { port } = (await victim.ask({ do: "connect" })) as { port: number };
  const witness = await clientWitness(port, "websocket");
  onTestFinished(() => witness.close());
  const attack = async () => void (await victim.ask({ do: "connect", options: { flaw } }));
  await expectSurvival(victim, [witness], attack, PATIENCE);
}

// Without this, the others would prove nothing.
test("is content with a server that does nothing wrong", async () => {
  await expect(attackWith("nothing")).resolves.toBeUndefined();
});

test.each([
  ["throw", /crashes.*uncaught: Error: thrown/s],
  ["reject", /crashes.*unhandled: Error: rejected/s],
  ["exit", /the victim died: 3/],
  ["keep memory", /memory, in slacks/],
  ["keep objects", /memory, in slacks/],
  ["keep a descriptor", /descriptors/],
  ["be mute", /the witness.*numbers back/s],
  ["change the order", /the witness.*in the place of/s],
  ["drop everybody", /the witness.*disconnected/s],
])("notices a server that does this: %s", { timeout: 60_000 }, async (flaw, complaint) => {
  await expect(attackWith(flaw)).rejects.toThrow(complaint);
});
