import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { openTelemetry } from "@hawser/metrics";
import { Server } from "@hawser/server";
import { DataPointType, MeterProvider, MetricReader } from "@opentelemetry/sdk-metrics";
import { io as connect } from "socket.io-client";
import { expect, onTestFinished, test, vi } from "vitest";

/** Collects when it is told to, instead of every minute. */
class ManualReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

async function start() {
  const io = new Server(createServer());
  const http = io.httpServer as ReturnType<typeof createServer>;
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void io.close());
  const reader = new ManualReader();
  const provider = new MeterProvider({ readers: [reader] });
  onTestFinished(() => provider.shutdown());
  const end = openTelemetry(io, provider.getMeter("test"));
  const collect = async () => {
    const { resourceMetrics, errors } = await reader.collect();
    expect(errors).toEqual([]);
    const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    return new Map(metrics.map((metric) => [metric.descriptor.name, metric]));
  };
  return { io, url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, collect, end };
}

test("instruments of the SDK tell what happens to a running server", async () => {
  const { io, url, collect } = await start();
  io.on("connection", (socket) => socket.on("question", (answer) => answer("!")));
  const client = connect(url, { transports: ["websocket"], forceNew: true, reconnection: false });
  onTestFinished(() => void client.disconnect());
  for (let i = 0; i < 10; i++) {
    await client.emitWithAck("question");
  }
  const metrics = await collect();
  const points = (name: string) =>
    metrics.get(name)?.dataPoints.map(({ attributes, value }) => [attributes, value]);
  expect(points("hawser.connections")).toEqual([
    [{ transport: "polling" }, 0],
    [{ transport: "websocket" }, 1],
    [{ transport: "webtransport" }, 0],
  ]);
  expect(points("hawser.events")).toEqual([[{}, 10]]);
  expect(points("hawser.packets")).toEqual([
    [{ direction: "in" }, 11],
    [{ direction: "out" }, 12],
  ]);
  expect(metrics.get("hawser.events")).toMatchObject({
    dataPointType: DataPointType.SUM,
    isMonotonic: true,
  });
  expect(metrics.get("hawser.connections")?.dataPointType).toBe(DataPointType.GAUGE);
  expect(metrics.get("hawser.resident_memory")?.descriptor.unit).toBe("By");
  await client.emitWithAck("question");
  expect((await collect()).get("hawser.events")?.dataPoints[0]?.value).toBe(11);
});

test("the stats are read once for each collection, and not any more once it is ended", async () => {
  const { io, collect, end } = await start();
  const stats = vi.spyOn(io, "stats");
  await collect();
  expect(stats).toHaveBeenCalledTimes(1);
  await collect();
  expect(stats).toHaveBeenCalledTimes(2);
  end();
  await collect();
  expect(stats).toHaveBeenCalledTimes(2);
});
