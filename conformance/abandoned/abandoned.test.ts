import { afterAll, beforeAll, expect, test } from "vitest";
import { expectSurvival } from "../advisories/survival.ts";
import { VictimProcess } from "../advisories/victim-process.ts";
import { clientWitness, type Witness } from "../advisories/witness.ts";
import { KINDS } from "./kinds.ts";
import { Peer } from "./peer.ts";
import { CONNECTIONS, SECOND } from "./scale.ts";

const AT_ONCE = 50;

/** The time limits of the server. */
const SETUP = {
  options: {
    pingInterval: SECOND,
    pingTimeout: 2 * SECOND,
    upgradeTimeout: 1.5 * SECOND,
    connectTimeout: 2 * SECOND,
    limits: { packetTime: 2 * SECOND },
  },
  http: {
    headersTimeout: 2 * SECOND,
    requestTimeout: 3 * SECOND,
    keepAliveTimeout: SECOND,
    connectionsCheckingInterval: 200,
  },
};

/** The longest of them, the close of a WebSocket that is not answered (3 s), and a busy machine. */
const PATIENCE = 10_000 + 3 * SECOND;

let victim: VictimProcess;
let port: number;
const witnesses: Witness[] = [];

beforeAll(async () => {
  victim = await VictimProcess.start("server-victim", SETUP);
  ({ port } = (await victim.ask({ do: "connect" })) as { port: number });
  for (const transport of ["polling", "websocket"] as const) {
    witnesses.push(await clientWitness(port, transport));
  }
});

afterAll(async () => {
  for (const witness of witnesses) await witness.close();
  await victim?.end();
});

test(
  `${CONNECTIONS} connections that give nothing are ended in time, and leave nothing behind`,
  { timeout: 6 * PATIENCE },
  () => expectSurvival(victim, witnesses, abandon),
);

/** Opens as many of each kind, all at once, and waits until the server has ended them. */
async function abandon(): Promise<void> {
  const kinds = Object.entries(KINDS);
  const open = new Map<Peer, string>();
  const late = new Map<string, number>();
  let next = 0;
  const worker = async () => {
    while (next < CONNECTIONS) {
      const [name, start] = kinds[next++ % kinds.length]!;
      const peer = await Peer.connect(port);
      open.set(peer, name);
      peer.closed.then(() => open.delete(peer));
      await start(peer);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  for (const end = Date.now() + PATIENCE; open.size > 0 && Date.now() < end; ) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  for (const name of open.values()) {
    late.set(name, (late.get(name) ?? 0) + 1);
  }
  expect(Object.fromEntries(late), "still open").toEqual({});
}
