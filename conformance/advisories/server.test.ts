import { afterAll, beforeAll, describe, test } from "vitest";
import type { ServerRow } from "./row.ts";
import { ROWS } from "./rows.ts";
import type { ServerSetup } from "./server-victim.ts";
import { expectSurvival } from "./survival.ts";
import { VictimProcess } from "./victim-process.ts";
import { clientWitness, type Witness } from "./witness.ts";

const TIME_LIMIT = 90_000;

/** Rows by how their server is made, since each way takes a process. */
const bySetup = new Map<string, ServerRow[]>();
for (const row of ROWS.server) {
  const setup = JSON.stringify(row.setup ?? {});
  bySetup.set(setup, [...(bySetup.get(setup) ?? []), row]);
}

describe.each([...bySetup])("a server made with %s", (setup, rows) => {
  let victim: VictimProcess;
  let ports: { port: number; webTransportPort: number };
  const witnesses: Witness[] = [];

  beforeAll(async () => {
    const made = JSON.parse(setup) as ServerSetup;
    victim = await VictimProcess.start("server-victim", made);
    ports = (await victim.ask({ do: "connect" })) as typeof ports;
    // Nobody is healthy where everybody is refused.
    for (const transport of made.refusesAll ? [] : (["polling", "websocket"] as const)) {
      witnesses.push(await clientWitness(ports.port, transport));
    }
  });

  afterAll(async () => {
    for (const witness of witnesses) await witness.close();
    await victim?.end();
  });

  for (const row of rows) {
    test(`${row.id}: ${row.title}`, { timeout: TIME_LIMIT }, () =>
      expectSurvival(victim, witnesses, () => row.attack({ ...ports, victim })),
    );
  }
});
