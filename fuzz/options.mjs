// The arguments of `npm run fuzz --`.
import { parseArgs } from "node:util";

const HELP = `npm run fuzz -- [options]
  --minutes N       how long; default 2
  --seed S          default: a random one, which is printed
  --only A | A-B    only the cases of these numbers, once; with --seed, a replay
  --print           show the steps of the cases of --only, and send nothing
  --server MODULE   another server than @hawser/server, such as socket.io`;

/** Ends the process when they cannot be understood. @param {string[]} args */
export function readOptions(args) {
  try {
    return parse(args);
  } catch (error) {
    console.error(`fuzz: ${error.message}\n\n${HELP}`);
    process.exit(2);
  }
}

/** @param {string[]} args */
function parse(args) {
  const { values } = parseArgs({
    args,
    options: {
      minutes: { type: "string", default: "2" },
      seed: { type: "string" },
      only: { type: "string" },
      print: { type: "boolean", default: false },
      server: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    process.exit(0);
  }
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) {
    throw new Error(`--minutes ${values.minutes} is no number of minutes`);
  }
  const seed = values.seed ?? String(Math.floor(Math.random() * 0x100000000));
  const only = values.only === undefined ? undefined : rangeOf(values.only);
  if (values.print && !only) {
    throw new Error("--print needs --only");
  }
  return { minutes, seed, only, print: values.print, server: values.server };
}

/** @param {string} text */
function rangeOf(text) {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  if (!match) {
    throw new Error(`--only ${text} is no number and no range`);
  }
  const first = Number(match[1]);
  return { first, last: Number(match[2] ?? first) };
}
