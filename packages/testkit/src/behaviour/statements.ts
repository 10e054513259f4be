import type { Feature, Mode } from "../peers/contract.ts";
import type { World } from "./world.ts";

/** The columns of the compatibility matrix. */
export const SUBJECTS = {
  connect: "connecting",
  auth: "credentials",
  namespaces: "namespaces",
  events: "events",
  binary: "binary",
  acks: "acknowledgements",
  order: "order",
  rooms: "rooms",
  broadcast: "broadcast",
  leaving: "client leaves",
  ending: "server ends it",
  restart: "server restarts",
  heartbeat: "heartbeat",
} as const;

export type Subject = keyof typeof SUBJECTS;

export interface Conditions {
  /** What the peers must have; a pair that lacks one does not run the behaviour. */
  readonly needs?: readonly Feature[];
  /** Default: all. */
  readonly modes?: readonly Mode[];
  /** The column it belongs to. Default: its group's, or none if it needs the API of a peer. */
  readonly shows?: Subject;
}

/** How a behaviour is stated: a sentence, its conditions, its proof. */
export interface Statements {
  group(name: string, statements: () => void): void;
  group(name: string, shows: Subject, statements: () => void): void;
  it(sentence: string, run: (world: World) => Promise<void>): void;
  it(sentence: string, conditions: Conditions, run: (world: World) => Promise<void>): void;
}
