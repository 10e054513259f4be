// The load process: carries out what the run asks for.
import { answerCalls } from "../calls.mjs";
import { churn } from "./churn.mjs";
import { deliveries } from "./deliveries.mjs";
import { exchange, isNumbered } from "./exchange.mjs";
import { Fleet } from "./fleet.mjs";
import { Heartbeats } from "./heartbeats.mjs";
import { latency } from "./latency.mjs";
import { openPolling } from "./polling.mjs";
import { pollingExchange } from "./polling-exchange.mjs";
import { sendAll } from "./sending.mjs";
import { openUpgraded } from "./upgrade.mjs";

/** @type {Fleet} */
let fleet;
/** @type {Promise<unknown> | undefined} */
let delivered;
/** @type {Heartbeats | undefined} */
let heartbeats;

/** @type {Record<string, (dialect: any, size: any) => any>} what is said, by the scenario's word for it */
const MESSAGES = {
  event: (dialect, { name, filler }) => dialect.event(name, filler),
  ask: (dialect, { filler }) => dialect.ask(filler),
  reply: (dialect, { filler }) => dialect.reply(filler),
  bytes: (dialect, { name, size }) => dialect.bytes(name, size),
};

/** @type {import("./polling.mjs").PollingSession[]} */
const sessions = [];

const message = (description) => MESSAGES[description.kind](fleet.dialect, description);

answerCalls({
  target(options) {
    fleet = new Fleet(options);
  },
  open: (options) => fleet.open(options),
  openUpgraded: (options) => fleet.open({ ...options, opener: openUpgraded }),
  openPolling: ({ count, atOnce = 50 }) =>
    fleet.inTurns(count, atOnce, async (index) => {
      sessions.push(await openPolling({ index, port: fleet.port, fail: fleet.drill.fail }));
    }),
  async close(options) {
    for (const session of sessions.splice(0)) {
      session.end();
    }
    await fleet.close(options);
  },
  exchange({ message: sent, reply = sent, ...options }) {
    return fleet.run(
      exchange(fleet, { ...options, message: message(sent), reply: message(reply) }),
    );
  },
  /** From now on these messages are to come; `delivered` waits for all of them. */
  expect({ message: sent, ...options }) {
    delivered = fleet.run(deliveries(fleet, { ...options, message: message(sent) }));
    // Reported by `delivered`.
    delivered.catch(() => {});
  },
  delivered: () => delivered,
  /** Such messages may come between drills. */
  tolerate({ message: sent }) {
    const tolerated = message(sent);
    fleet.drill.idle = {
      message: (_connection, bytes, at, length, opcode) =>
        isNumbered(tolerated, bytes, at, length, opcode),
    };
  },
  latency: ({ message: sent, reply = sent, other, ...options }) =>
    fleet.run(
      latency(fleet, {
        ...options,
        message: message(sent),
        reply: message(reply),
        other: other && message(other),
      }),
    ),
  pollingExchange: (options) => pollingExchange(sessions, options),
  churn: (options) => churn(fleet, options),
  watchHeartbeats({ interval }) {
    heartbeats = new Heartbeats(interval);
    fleet.drill.ping = (connection) => heartbeats.heard(connection);
  },
  heartbeats: () => heartbeats.result(),
  send: ({ message: sent, ...options }) => sendAll(fleet, { ...options, message: message(sent) }),
  cpu() {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
});
