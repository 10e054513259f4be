// The arguments of `npm run bench --`.
import { parseArgs } from "node:util";
import { SCENARIOS } from "./scenarios/index.mjs";
import { chooseTargets } from "./targets.mjs";

const HELP = `npm run bench -- [options]
  --only a,b      these scenarios: ${SCENARIOS.map(({ name }) => name).join(", ")}
  --targets a,b   these servers: hawser, socket.io, ws, uws
  --hawser DIR    also this build of @hawser/server; may be given more than once
  --rounds N      default 5
  --quick         one round of small sizes: does everything work?
  --check         a missed "must" ends with exit code 1
  --profile       CPU profiles of the servers, in bench/profiles/`;

/** Ends the process when they cannot be understood. @param {string[]} args */
export function readOptions(args) {
  try {
    return parse(args);
  } catch (error) {
    console.error(`bench: ${error.message}\n\n${HELP}`);
    process.exit(2);
  }
}

/** @param {string[]} args */
function parse(args) {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: "string" },
      targets: { type: "string" },
      hawser: { type: "string", multiple: true, default: [] },
      rounds: { type: "string" },
      quick: { type: "boolean", default: false },
      check: { type: "boolean", default: false },
      profile: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    process.exit(0);
  }
  const rounds = Number(values.rounds ?? (values.quick ? 1 : 5));
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new Error(`--rounds ${values.rounds} is no number of rounds`);
  }
  const names = values.only?.split(",");
  const unknown = names?.filter((name) => !SCENARIOS.some((known) => known.name === name)) ?? [];
  if (unknown.length > 0) {
    throw new Error(`unknown scenarios: ${unknown}`);
  }
  const scenarios = SCENARIOS.filter(({ name }) => !names || names.includes(name));
  const isFull = !values.only && !values.targets && !values.quick && rounds >= 3;
  return {
    ...values,
    isFull,
    rounds,
    scenarios,
    ...chooseTargets(values.targets?.split(","), values.hawser),
  };
}
