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
import type { Conditions, Statements } from "./statements.ts";
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

/** Runs every behaviour over one pair of peers, once per way to connect. */
export function describePair(pair: Pair): void {
  const lacks = { ...pair.server.lacks, ...pair.client.lacks };
  const lacking = Object.keys(lacks) as Feature[];
  const left = new Map<Feature, number>(lacking.map((feature) => [feature, 0]));

  describe(`${pair.server.name} server, ${pair.client.name} client`, () => {
    afterAll(async () => {
      await pair.client.dispose();
      await pair.server.dispose();
    });

    for (const mode of MODES) {
      describe(mode, () => {
        for (const behaviour of BEHAVIOURS) behaviour(statements(pair, mode, left));
      });
    }

    it("has a reason and a use for every feature a peer is said to lack", () => {
      for (const [feature, count] of left) {
        expect(FEATURES, feature).toHaveProperty([feature]);
        expect(lacks[feature], feature).toMatch(/\w+ \w+/);
        expect(count, `behaviours left out for want of ${feature}`).toBeGreaterThan(0);
      }
    });
  });
}

function statements(pair: Pair, mode: Mode, left: Map<Feature, number>): Statements {
  let registrations: (() => void)[] = [];
  return {
    group(name, inner) {
      registrations = [];
      inner();
      // A group of which the pair can run nothing would be an error to the runner.
      if (registrations.length === 0) return;
      describe(name, () => {
        for (const register of registrations) register();
      });
    },
    it(sentence: string, ...rest: unknown[]) {
      const run = rest.at(-1) as (world: World) => Promise<void>;
      const { needs = [], modes = MODES } = (rest.length > 1 ? rest[0] : {}) as Conditions;
      if (!modes.includes(mode)) return;
      const wanting = needs.filter((feature) => left.has(feature));
      for (const feature of wanting) left.set(feature, left.get(feature)! + 1);
      if (wanting.length > 0) return;
      registrations.push(() => it(sentence, () => runIn(new World(pair, mode), run)));
    },
  };
}

async function runIn(world: World, run: (world: World) => Promise<void>): Promise<void> {
  try {
    await run(world);
  } finally {
    await world.dispose();
  }
}
