import { expect, onTestFinished, test } from "vitest";
import { ROWS } from "./rows.ts";
import { expectSurvival } from "./survival.ts";
import { VictimProcess } from "./victim-process.ts";
import { clientWitness } from "./witness.ts";

const PATIENCE = 1500;

/** Rows that version 4.0.2 of Socket.IO falls for, and how that shows. */
const FALLS: readonly (readonly [string, RegExp])[] = [
  ["CVE-2024-38355", /uncaught/],
  ["CVE-2023-32695", /uncaught/],
  ["CVE-2022-2421", /AssertionError/],
  ["CVE-2026-102599", /101 Switching Protocols/],
];

// The rows would be worth little if nothing could fail them.
test.each(FALLS)("%s fails with socket.io 4.0.2", { timeout: 60_000 }, async (id, complaint) => {
  const row = ROWS.server.find((one) => one.id === id)!;
  const victim = await VictimProcess.start("server-victim", { module: "socket.io-4.0" });
  onTestFinished(() => victim.end());
  const ports = (await victim.ask({ do: "connect" })) as { port: number; webTransportPort: number };
  const witness = await clientWitness(ports.port, "websocket");
  onTestFinished(() => witness.close());
  let wrong: unknown = "nothing";
  const attack = () =>
    row.attack({ ...ports, victim }).catch((error) => {
      wrong = error;
    });
  const survived = expectSurvival(victim, [witness], attack, PATIENCE);
  expect(
    String(
      await survived.then(
        () => wrong,
        (error) => error,
      ),
    ),
  ).toMatch(complaint);
});
