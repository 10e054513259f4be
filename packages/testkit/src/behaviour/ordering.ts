import { expect } from "vitest";
import { pattern, plain } from "../binary.ts";
import type { RunningClient, RunningServer } from "../peers/contract.ts";
import { pause } from "../waiting.ts";
import type { Statements } from "./statements.ts";
import { eventually, type World } from "./world.ts";

const MESSAGES = 500;

/** Every fifth message carries attachments. */
function message(index: number): unknown[] {
  return index % 5 === 0 ? [index, pattern(20, index), [pattern(3, index)]] : [index, `m${index}`];
}

const EXPECTED = Array.from({ length: MESSAGES }, (_, index) => plain(message(index)));

/** Both sides send at once, with pauses, so that it runs across the upgrade where there is one. */
async function exchange(world: World, server: RunningServer, client: RunningClient) {
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
  await arrival(server, client);
  if (world.mode === "upgrade") {
    await eventually(async () => (await client.transport()) === "websocket", "upgrade");
  }
}

async function arrival(server: RunningServer, client: RunningClient) {
  await server.journal.until({ name: "up" }, { count: MESSAGES, timeout: 10_000 });
  await client.journal.until({ name: "down" }, { count: MESSAGES, timeout: 10_000 });
  await pause(30);
}

export function orderBehaviour({ group, it }: Statements): void {
  group("order", "order", () => {
    it("loses and doubles none of 500 messages of each side", async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      await exchange(world, server, client);
      expect(sorted(server.journal.events("up"))).toEqual(EXPECTED);
      expect(sorted(client.journal.events("down"))).toEqual(EXPECTED);
    });

    it("delivers 500 messages of the client in order", {
      needs: ["server.serialEvents"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      await exchange(world, server, client);
      expect(plain(server.journal.events("up"))).toEqual(EXPECTED);
    });

    it("delivers 500 messages of the server in order", {
      needs: ["client.serialEvents"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      await exchange(world, server, client);
      expect(plain(client.journal.events("down"))).toEqual(EXPECTED);
    });

    it("delivers 500 messages emitted in one go in order", {
      needs: ["server.serialEvents", "client.serialEvents"],
    }, async (world) => {
      const server = await world.serve();
      const client = await world.connect(server);
      const sending: Promise<void>[] = [];
      for (let i = 0; i < MESSAGES; i++) {
        sending.push(client.emit("up", ...message(i)), server.emit({}, "down", ...message(i)));
      }
      await Promise.all(sending);
      await arrival(server, client);
      expect(plain(server.journal.events("up"))).toEqual(EXPECTED);
      expect(plain(client.journal.events("down"))).toEqual(EXPECTED);
    });
  });
}

function sorted(events: (readonly unknown[])[]): unknown {
  return plain([...events].sort(([a], [b]) => Number(a) - Number(b)));
}
