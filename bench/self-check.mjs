// A load that overlooks faults proves nothing, so it is shown some.
import { broadcast10 } from "./scenarios/broadcast.mjs";
import { Stage } from "./stage.mjs";

const FAULTS = ["lost", "doubled", "swapped", "crash"];
const file = new URL("targets/faulty.mjs", import.meta.url);

/** @returns {Promise<string[]>} the faults that were not noticed */
export async function overlookedFaults() {
  const overlooked = await Promise.all(
    FAULTS.map(async (fault) => {
      const stage = new Stage({ name: fault, file, args: [fault], dialect: "bare" });
      try {
        const { work } = await broadcast10.prepare(stage, { sockets: 3, warm: 1, ticks: 4 });
        await work();
        await stage.load.call("close");
        return [fault];
      } catch {
        return [];
      } finally {
        await stage.end();
      }
    }),
  );
  return overlooked.flat();
}
