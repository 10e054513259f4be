import type { Feature, Lacks, Mode } from "../peers/contract.ts";
import { SUBJECTS, type Subject } from "./statements.ts";
import type { Pair } from "./world.ts";

/** A behaviour the pair does not run. */
interface Left {
  readonly sentence: string;
  readonly mode: Mode;
  readonly shows?: Subject;
  readonly wanting: readonly Feature[];
}

/** What a test file tells `scripts/conformance.mjs` about its pair, beside the outcomes. */
export interface PairSummary {
  readonly server: { readonly name: string; readonly release?: string };
  readonly client: { readonly name: string; readonly release?: string };
  readonly modes: readonly Mode[];
  /** Columns and their titles. */
  readonly subjects: Record<string, string>;
  /** Cells of which something is left out, and why. */
  readonly left: readonly { mode: Mode; shows: Subject; sentence: string; reasons: string[] }[];
}

/** Which behaviours a pair runs and which it leaves out. */
export class PairRecord {
  readonly lacks: Lacks;
  readonly left: Left[] = [];
  readonly #pair: Pair;
  readonly #modes: readonly Mode[];
  readonly #stated = new Map<string, number>();

  constructor(pair: Pair, modes: readonly Mode[]) {
    this.lacks = { ...pair.server.lacks, ...pair.client.lacks };
    this.#pair = pair;
    this.#modes = modes;
  }

  /** Whether the pair runs it. */
  take(
    sentence: string,
    mode: Mode,
    shows: Subject | undefined,
    needs: readonly Feature[],
  ): boolean {
    const cell = `${mode} ${shows}`;
    this.#stated.set(cell, (this.#stated.get(cell) ?? 0) + 1);
    const wanting = needs.filter((feature) => feature in this.lacks);
    if (wanting.length > 0) this.left.push({ sentence, mode, shows, wanting });
    return wanting.length === 0;
  }

  /** How many behaviours there are for a cell, run or left out. */
  stated(mode: Mode, subject: Subject): number {
    return this.#stated.get(`${mode} ${subject}`) ?? 0;
  }

  summary(): PairSummary {
    const { server, client } = this.#pair;
    return {
      server: { name: server.name, release: server.release?.() },
      client: { name: client.name, release: client.release?.() },
      modes: this.#modes,
      subjects: SUBJECTS,
      left: this.left.flatMap(({ shows, mode, sentence, wanting }) => {
        const reasons = wanting.map((feature) => this.lacks[feature]!);
        return shows ? [{ mode, shows, sentence, reasons }] : [];
      }),
    };
  }
}
