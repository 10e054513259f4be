import { createServer } from "node:http";
import { openTelemetry, prometheus, type StatsSource } from "@hawser/metrics";
import type { Server, ServerStats } from "@hawser/server";
import { type Meter, metrics } from "@opentelemetry/api";
import { expectTypeOf, test } from "vitest";

test("a server is a source of stats", () => {
  expectTypeOf<Server>().toExtend<StatsSource>();
  expectTypeOf<ServerStats>().toExtend<ReturnType<StatsSource["stats"]>>();
});

test("a meter of OpenTelemetry is taken as it is", () => {
  const io = {} as Server;
  expectTypeOf(openTelemetry(io, {} as Meter)).toEqualTypeOf<() => void>();
  openTelemetry(io, metrics.getMeter("app"), { prefix: "app" });
});

test("a handler is a request listener", () => {
  createServer(prometheus({} as Server));
});
