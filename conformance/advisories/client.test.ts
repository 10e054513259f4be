import { afterAll, beforeAll, test } from "vitest";
import { HostileServer } from "./hostile-server.ts";
import { ROWS } from "./rows.ts";
import { expectSurvival } from "./survival.ts";
import { VictimProcess } from "./victim-process.ts";
import { serverWitness, type Witness } from "./witness.ts";

const TIME_LIMIT = 90_000;
let victim: VictimProcess;
let hostile: HostileServer;
const witnesses: Witness[] = [];

beforeAll(async () => {
  victim = await VictimProcess.start("client-victim");
  hostile = await HostileServer.start();
  for (const transport of ["polling", "websocket"] as const) {
    witnesses.push(await serverWitness(victim, transport));
  }
});

afterAll(async () => {
  for (const witness of witnesses) await witness.close();
  await hostile?.close();
  await victim?.end();
});

for (const row of ROWS.client) {
  test(`${row.id}: ${row.title}`, { timeout: TIME_LIMIT }, () =>
    expectSurvival(victim, witnesses, () => row.attack({ hostile, victim })),
  );
}
