// In the order of the table.
import { CLIENT_SCENARIOS } from "../client/scenarios.mjs";
import { broadcast1, broadcast10 } from "./broadcast.mjs";
import { burst } from "./burst.mjs";
import { connect, connectUpgrade } from "./connect.mjs";
import { ack, binary1k, binary100k, echo, echo1 } from "./echo.mjs";
import { encode } from "./encode.mjs";
import { idle } from "./idle.mjs";
import { latency } from "./latency.mjs";
import { many } from "./many.mjs";
import { pollingEcho } from "./polling.mjs";
import { receive } from "./receive.mjs";
import { joins, rooms } from "./rooms.mjs";
import { soak } from "./soak.mjs";

/**
 * @typedef {object} Metric
 * @property {string} key of the value in what `run` answers
 * @property {string} [title] instead of the scenario's
 * @property {string} [unit] default µs of CPU time for each operation
 * @property {number} [must] the highest ratio to socket.io
 * @property {number} [aim]
 * @property {number} [ws] the highest ratio to the bare `ws`
 * @property {number} [limit] the highest value itself, of Hawser
 * @property {number} [limitAim]
 *
 * @typedef {object} Scenario
 * @property {string} name
 * @property {string} title
 * @property {object} size of a full run
 * @property {object} quick the size of a look whether everything works
 * @property {number} [rounds] at most
 * @property {number} [times] how often in a round, with new processes: where two of the same cost differently
 * @property {string[]} [targets] when not all can do it
 * @property {"client"} [side] what is under test, if not the server; has a table of its own
 * @property {Metric[]} metrics
 * @property {number} [slices] how often `work` is done in a round, the targets taking turns
 * @property {(stage: Stage, size: any) => Promise<{ operations: number, work: () => Promise<any>, after?: () => Promise<void> }>} [prepare]
 *   starts and warms up a server, and says what a slice is; `after` each, something that is not measured
 * @property {boolean} [keepsGarbage] no forced collection before the slices
 * @property {(stage: Stage, size: any) => Promise<Record<string, number>>} [run] instead of slices, for
 *   what needs the machine for itself
 *
 * @typedef {import("../stage.mjs").Stage} Stage
 */

/** @type {Scenario[]} */
export const SCENARIOS = [
  connect,
  connectUpgrade,
  idle,
  echo,
  echo1,
  ack,
  receive,
  broadcast1,
  broadcast10,
  burst,
  rooms,
  binary1k,
  binary100k,
  pollingEcho,
  encode,
  latency,
  joins,
  soak,
  many,
  ...CLIENT_SCENARIOS,
];
