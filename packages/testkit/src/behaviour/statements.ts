import type { Feature, Mode } from "../peers/contract.ts";
import type { World } from "./world.ts";

export interface Conditions {
  /** What the peers must have; a pair that lacks one does not run the behaviour. */
  readonly needs?: readonly Feature[];
  /** Default: all. */
  readonly modes?: readonly Mode[];
}

/** How a behaviour is stated: a sentence, its conditions, its proof. */
export interface Statements {
  group(name: string, statements: () => void): void;
  it(sentence: string, run: (world: World) => Promise<void>): void;
  it(sentence: string, conditions: Conditions, run: (world: World) => Promise<void>): void;
}
