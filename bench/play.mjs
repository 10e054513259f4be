// One scenario in one round, by all targets.
import { quantile } from "./report/summary.mjs";
import { Stage } from "./stage.mjs";

/**
 * @typedef {{ scenario: any, size: any, round: number, flagsOf: (target: any) => string[] }} Plan
 * @typedef {{ target: any, stage: Stage, values?: Record<string, number>, error?: Error }} Player
 */

/**
 * @param {import("./targets.mjs").Target[]} targets in the order of their turns
 * @param {Plan} plan
 * @returns {Promise<Player[]>}
 */
export async function play(targets, plan) {
  const players = targets.map((target) => ({
    target,
    stage: new Stage(target, plan.flagsOf(target)),
  }));
  if (plan.scenario.run) {
    for (const player of players) {
      await attempt(player, async () => {
        player.values = await plan.scenario.run(player.stage, plan.size);
      });
      await player.stage.end();
    }
  } else {
    await playSlices(players, plan);
    await Promise.all(players.map(({ stage }) => stage.end()));
  }
  return players;
}

/**
 * All servers are there, one at a time works: whatever else the machine does meanwhile costs all of them
 * the same.
 */
async function playSlices(players, { scenario, size }) {
  const slices = new Map(players.map((player) => [player, []]));
  for (const player of players) {
    await attempt(player, async () => {
      player.slice = await scenario.prepare(player.stage, size);
      if (!scenario.keepsGarbage) {
        await player.stage.server.call("collect");
      }
    });
  }
  for (let i = 0; i < scenario.slices; i++) {
    for (const player of players) {
      await attempt(player, async () => {
        slices.get(player).push(await player.stage.measure(player.slice.work));
        await player.slice.after?.();
      });
    }
  }
  for (const player of players) {
    await attempt(player, async () => {
      await player.stage.load.call("close", { abrupt: true });
      player.values = summed(slices.get(player), player.slice.operations);
    });
  }
}

/** A target that has failed takes no part any more. @param {Player} player @param {() => Promise<void>} work */
async function attempt(player, work) {
  if (!player.error) {
    try {
      await work();
    } catch (error) {
      player.error = error;
    }
  }
}

/** @param {Awaited<ReturnType<Stage["measure"]>>[]} slices @param {number} each operations in a slice */
function summed(slices, each) {
  const sum = (key) => slices.reduce((total, slice) => total + slice[key], 0);
  const operations = each * slices.length;
  const measured = ["p50", "p99", "max"].filter((key) => slices[0].result?.[key] !== undefined);
  return {
    cpu: sum("server") / operations,
    perSecond: (operations / sum("time")) * 1e6,
    operations,
    serverSeconds: sum("server") / 1e6,
    serverBusy: sum("server") / sum("time"),
    loadBusy: sum("load") / sum("time"),
    slices: slices.map(({ server }) => server / each),
    ...Object.fromEntries(
      // A stall of the machine only adds: the quarter of the slices that had least of it is the server's.
      measured.map((key) => [
        key,
        quantile(
          slices.map(({ result }) => result[key]),
          0.25,
        ),
      ]),
    ),
  };
}
