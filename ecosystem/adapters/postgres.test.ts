import { createAdapter } from "@socket.io/postgres-adapter";
import pg from "pg";
import { afterAll, beforeAll } from "vitest";
import { type Postgres, startPostgres } from "../services/postgres.ts";
import { describeFleet } from "./behaviour.ts";
import { startFleet } from "./fleet.ts";

let postgres: Postgres;

beforeAll(async () => {
  postgres = await startPostgres();
  const client = new pg.Client(postgres.url);
  await client.connect();
  await client.query(`
    CREATE TABLE socket_io_attachments (
      id bigserial UNIQUE,
      created_at timestamptz DEFAULT NOW(),
      payload bytea
    )`);
  await client.end();
});
afterAll(() => postgres?.stop());

describeFleet({
  name: "postgres-adapter",
  lacks: { order: "notifications leave over any connection of the pool" },
  start: () =>
    startFleet(async () => {
      const pool = new pg.Pool({ connectionString: postgres.url, max: 4 });
      return { adapter: createAdapter(pool), disconnect: () => pool.end() };
    }),
});
