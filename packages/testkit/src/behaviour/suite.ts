import { afterAll, describe, expect, it } from "vitest";
import { FEATURES, type Feature, MODES, type Mode } from "../peers/contract.ts";
import { acknowledgementBehaviour } from "./acknowledging.ts";
import { binaryBehaviour } from "./binaries.ts";
import { broadcastBehaviour } from "./broadcasting.ts";
import { closingBehaviour } from "./closing.ts";
import { connectingBehaviour } from "./connecting.ts";
import { eventBehaviour } from "./events.ts";
import { failureBehaviour } from "./failing.ts";
import { listenerBehaviour } from "./listening.ts";
import { namespaceBehaviour } from "./namespaces.ts";
import { orderBehaviour } from "./ordering.ts";
import { reconnectingBehaviour } from "./reconnecting.ts";
import { PairRecord } from "./record.ts";
import { type Conditions, type Statements, SUBJECTS, type Subject } from "./statements.ts";
import { transportBehaviour } from "./transports.ts";
import { type Pair, World } from "./world.ts";

const BEHAVIOURS: ((statements: Statements) => void)[] = [
  connectingBehaviour,
  namespaceBehaviour,
  eventBehaviour,
  binaryBehaviour,
  acknowledgementBehaviour,
  orderBehaviour,
  broadcastBehaviour,
  listenerBehaviour,
  closingBehaviour,
  failureBehaviour,
  reconnectingBehaviour,
  transportBehaviour,
];

/** Less than everything. */
export interface Extent {
  /** Only what the compatibility matrix shows. Default: false. */
  readonly core?: boolean;
  /** Default: all. */
  readonly modes?: readonly Mode[];
}

/** Runs every behaviour over one pair of peers, once per way to connect. */
export function describePair(pair: Pair, { core = false, modes = MODES }: Extent = {}): void {
  const record = new PairRecord(pair, modes);

  describe(`${pair.server.name} server, ${pair.client.name} client`, () => {
    afterAll(async () => {
      await pair.client.dispose();
      await pair.server.dispose();
    });

    for (const mode of modes) {
      describe(mode, () => {
        for (const behaviour of BEHAVIOURS) behaviour(statements(pair, mode, core, record));
      });
    }

    it("is shown in every column, or says why not", ({ task }) => {
      Object.assign(task.meta, { pair: record.summary() });
      for (const mode of modes) {
        for (const subject of Object.keys(SUBJECTS) as Subject[]) {
          expect(record.stated(mode, subject), `${mode}: ${subject}`).toBeGreaterThan(0);
        }
      }
    });

    if (core) return;
    it("has a reason and a use for every feature a peer is said to lack", () => {
      for (const [feature, reason] of Object.entries(record.lacks)) {
        expect(FEATURES, feature).toHaveProperty([feature]);
        expect(reason, feature).toMatch(/\w+ \w+/);
        const uses = record.left.filter(({ wanting }) => wanting.includes(feature as Feature));
        expect(uses.length, `behaviours left out for want of ${feature}`).toBeGreaterThan(0);
      }
    });
  });
}

function statements(pair: Pair, mode: Mode, core: boolean, record: PairRecord): Statements {
  let registrations: (() => void)[] = [];
  let subject: Subject | undefined;
  return {
    group(name: string, ...rest: unknown[]) {
      registrations = [];
      subject = rest.length > 1 ? (rest[0] as Subject) : undefined;
      (rest.at(-1) as () => void)();
      // A group of which the pair can run nothing would be an error to the runner.
      if (registrations.length === 0) return;
      describe(name, () => {
        for (const register of registrations) register();
      });
    },
    it(sentence: string, ...rest: unknown[]) {
      const run = rest.at(-1) as (world: World) => Promise<void>;
      const conditions = (rest.length > 1 ? rest[0] : {}) as Conditions;
      const { needs = [], modes = MODES, shows = shown(subject, conditions) } = conditions;
      if (!modes.includes(mode) || (core && !shows)) return;
      if (!record.take(sentence, mode, shows, needs)) return;
      registrations.push(() =>
        it(sentence, ({ task }) => {
          Object.assign(task.meta, { mode, shows });
          return runIn(new World(pair, mode), run);
        }),
      );
    },
  };
}

function shown(subject: Subject | undefined, { needs = [] }: Conditions): Subject | undefined {
  return needs.includes("server.api") || needs.includes("client.api") ? undefined : subject;
}

async function runIn(world: World, run: (world: World) => Promise<void>): Promise<void> {
  try {
    await run(world);
  } finally {
    await world.dispose();
  }
}
