/** What a test asks a victim to do. */
export interface Question {
  readonly do: "start" | "state" | "connect" | "log" | "drop";
  /** The number of a client, as `connect` has answered it. */
  readonly client?: number;
  readonly url?: string;
  readonly options?: Record<string, unknown>;
}

export interface Answer {
  readonly id: number;
  readonly value: unknown;
}

/** What a victim does when it is asked; its answer goes back by the number of the question. */
export type Abilities = Partial<Record<Question["do"], (question: Question) => unknown>>;

const crashes: string[] = [];

/** Makes this process a victim: it says what would have ended it, and goes on. */
export function beVictim(abilities: Abilities): void {
  process.on("uncaughtException", (error) => crashes.push(`uncaught: ${textOf(error)}`));
  process.on("unhandledRejection", (error) => crashes.push(`unhandled: ${textOf(error)}`));
  // Whoever asks has gone.
  process.on("disconnect", () => process.exit());
  process.on("message", async (question: Question & { id: number }) => {
    const own = abilities[question.do]?.(question);
    const value =
      question.do === "state" ? { ...(await stateOf()), ...(own as object) } : await own;
    process.send?.({ id: question.id, value });
  });
}

async function stateOf() {
  for (let round = 0; round < 3; round++) {
    // What finalizers let go of is collected in the next round.
    globalThis.gc?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external } = process.memoryUsage();
  return { memory: heapUsed + external, clients: 0, crashes };
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
