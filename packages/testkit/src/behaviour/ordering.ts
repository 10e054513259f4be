import { expect } from "vitest";
import { pattern, plain } from "../binary.ts";
import type { Statements } from "./suite.ts";
import { eventually, pause } from "./world.ts";

const MESSAGES = 500;

/** Every fifth message carries attachments. */
function message(index: number): unknown[] {
  return index % 5 === 0 ? [index, pattern(20, index), [pattern(3, index)]] : [index, `m${index}`];
}

const expected = Array.from({ length: MESSAGES }, (_, index) => plain(message(index)));

export function orderBehaviour({ group, it }: Statements): void {
  group("order", () => {
    it("keeps 500 messages of each side in order, none lost, none doubled", async (world) => {
      const server = await world.serve();
      // The sending starts at once, so that it runs across the upgrade where there is one.
      const client = await world.connect(server);
      const upwards = async () => {
        for (let i = 0; i < MESSAGES; i++) {
          await client.emit("up", ...message(i));
          if (i % 25 === 0) await pause(4);
        }
      };
      const downwards = async () => {
        for (let i = 0; i < MESSAGES; i++) {
          await server.emit({}, "down", ...message(i));
          if (i % 20 === 0) await pause(4);
        }
      };
      await Promise.all([upwards(), downwards()]);
      await server.journal.until({ name: "up" }, { count: MESSAGES, timeout: 10_000 });
      await client.journal.until({ name: "down" }, { count: MESSAGES, timeout: 10_000 });
      if (world.mode === "upgrade") {
        await eventually(async () => (await client.transport()) === "websocket", "upgrade");
      }
      await pause(30);
      expect(plain(server.journal.events("up"))).toEqual(expected);
      expect(plain(client.journal.events("down"))).toEqual(expected);
    });

    it("keeps 500 messages emitted in one go in order", async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      const sending: Promise<void>[] = [];
      for (let i = 0; i < MESSAGES; i++) {
        sending.push(client.emit("up", ...message(i)), server.emit({}, "down", ...message(i)));
      }
      await Promise.all(sending);
      await server.journal.until({ name: "up" }, { count: MESSAGES, timeout: 10_000 });
      await client.journal.until({ name: "down" }, { count: MESSAGES, timeout: 10_000 });
      expect(plain(server.journal.events("up"))).toEqual(expected);
      expect(plain(client.journal.events("down"))).toEqual(expected);
    });
  });
}
