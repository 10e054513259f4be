import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { prometheus, prometheusText, type Stats } from "@hawser/metrics";
import { Server } from "@hawser/server";
import { io as connect } from "socket.io-client";
import { expect, onTestFinished, test, vi } from "vitest";
import { until } from "../../testkit/src/waiting.ts";
import { type Family, parseText } from "./text-format.ts";

/** A server of which everything is known. */
const STATS: Stats = {
  connections: { polling: 1, websocket: 2, webtransport: 0 },
  sockets: { namespaces: { "/": 2, '/a "quoted" \\ name\nof two lines': 1 } },
  rooms: 4,
  bufferedBytes: 5,
  sessions: 6,
  packets: { in: 7, out: 8 },
  events: 9,
  errors: 10,
  dropped: { volatile: 11 },
  limits: {},
  refused: { OVERLOADED: 12, FORBIDDEN: 13 },
  rateLimited: { drop: 14 },
  memory: { rss: 15e6, heapUsed: 16e6 },
  lag: { mean: 1.5, p99: 20, max: 300 },
  uptime: 17_500,
};

async function listening(http: ReturnType<typeof createServer>): Promise<string> {
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void http.close());
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
}

/** A running server, and how to scrape it. */
async function start() {
  const io = new Server(createServer());
  const url = await listening(io.httpServer as ReturnType<typeof createServer>);
  onTestFinished(() => void io.close());
  const target = await listening(createServer(prometheus(io)));
  const scrape = async () => {
    const response = await fetch(target);
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    return parseText(await response.text());
  };
  return { io, url, scrape };
}

function value(families: Map<string, Family>, name: string, labels: Record<string, string> = {}) {
  const wanted = JSON.stringify(labels);
  return families.get(name)?.samples.find((sample) => JSON.stringify(sample.labels) === wanted)
    ?.value;
}

test("all values are told, in base units, under names that say kind and unit", () => {
  const text = prometheusText({ stats: () => STATS });
  const told = [...parseText(text)].flatMap(([name, { type, samples }]) =>
    samples.map(({ labels, value }) => [type, name, ...Object.entries(labels).flat(), value]),
  );
  expect(told).toEqual([
    ["gauge", "hawser_connections", "transport", "polling", 1],
    ["gauge", "hawser_connections", "transport", "websocket", 2],
    ["gauge", "hawser_connections", "transport", "webtransport", 0],
    ["gauge", "hawser_sockets", "namespace", "/", 2],
    ["gauge", "hawser_sockets", "namespace", '/a "quoted" \\ name\nof two lines', 1],
    ["gauge", "hawser_rooms", 4],
    ["gauge", "hawser_buffered_bytes", 5],
    ["counter", "hawser_sessions_total", 6],
    ["counter", "hawser_packets_total", "direction", "in", 7],
    ["counter", "hawser_packets_total", "direction", "out", 8],
    ["counter", "hawser_events_total", 9],
    ["counter", "hawser_handler_errors_total", 10],
    ["counter", "hawser_dropped_messages_total", "policy", "volatile", 11],
    ["counter", "hawser_refused_requests_total", "reason", "OVERLOADED", 12],
    ["counter", "hawser_refused_requests_total", "reason", "FORBIDDEN", 13],
    ["counter", "hawser_rate_limited_events_total", "action", "drop", 14],
    ["gauge", "hawser_event_loop_lag_seconds", "statistic", "mean", 0.0015],
    ["gauge", "hawser_event_loop_lag_seconds", "statistic", "p99", 0.02],
    ["gauge", "hawser_event_loop_lag_seconds", "statistic", "max", 0.3],
    ["gauge", "hawser_resident_memory_bytes", 15e6],
    ["gauge", "hawser_heap_used_bytes", 16e6],
    ["gauge", "hawser_uptime_seconds", 17.5],
  ]);
});

test("every metric says what it is, also one without values", () => {
  const families = parseText(prometheusText({ stats: () => STATS }));
  expect(families.get("hawser_limits_met_total")).toMatchObject({ type: "counter", samples: [] });
  for (const { help } of families.values()) {
    expect(help).toMatch(/^[A-Z].*\.$/);
  }
});

test("strangers who make up namespaces do not make up time series", () => {
  const names = Array.from({ length: 500 }, (_, index) => [`/${index}`, index] as const);
  const stats = { ...STATS, sockets: { namespaces: Object.fromEntries(names) } };
  const families = parseText(prometheusText({ stats: () => stats }));
  expect(families.get("hawser_sockets")?.samples).toHaveLength(51);
  expect(value(families, "hawser_sockets", { namespace: "/499" })).toBe(499);
  expect(value(families, "hawser_sockets", { namespace: "other" })).toBe((449 * 450) / 2);
});

test("the prefix is the application's to choose, as far as it can begin a name", () => {
  const io = { stats: () => STATS };
  expect(prometheusText(io, { prefix: "chat:io" })).toContain("\nchat:io_rooms 4\n");
  expect(() => prometheusText(io, { prefix: "my-app" })).toThrow(TypeError);
  expect(() => prometheus(io, { prefix: "" })).toThrow(TypeError);
});

test("scrapes of a running server show what happens to it", async () => {
  const { io, url, scrape } = await start();
  io.on("connection", (socket) => {
    socket.join("room");
    socket.on("question", (answer) => answer("!"));
  });
  const idle = await scrape();
  expect(value(idle, "hawser_connections", { transport: "websocket" })).toBe(0);
  expect(value(idle, "hawser_events_total")).toBe(0);

  const client = connect(url, { transports: ["websocket"], forceNew: true, reconnection: false });
  onTestFinished(() => void client.disconnect());
  for (let i = 0; i < 10; i++) {
    await client.emitWithAck("question");
  }
  await fetch(`${url}/socket.io/?EIO=4&transport=pigeon`);
  const busy = await scrape();
  expect(value(busy, "hawser_connections", { transport: "websocket" })).toBe(1);
  expect(value(busy, "hawser_sockets", { namespace: "/" })).toBe(1);
  expect(value(busy, "hawser_rooms")).toBe(1);
  expect(value(busy, "hawser_sessions_total")).toBe(1);
  expect(value(busy, "hawser_events_total")).toBe(10);
  expect(value(busy, "hawser_packets_total", { direction: "in" })).toBe(11);
  expect(value(busy, "hawser_packets_total", { direction: "out" })).toBe(12);
  expect(value(busy, "hawser_refused_requests_total", { reason: "UNKNOWN_TRANSPORT" })).toBe(1);
  expect(value(busy, "hawser_resident_memory_bytes")).toBeGreaterThan(1e6);
  expect(value(busy, "hawser_uptime_seconds")).toBeGreaterThan(
    value(idle, "hawser_uptime_seconds") ?? Number.NaN,
  );

  client.disconnect();
  await until(() => io.engine.clientsCount === 0);
  const left = await scrape();
  expect(value(left, "hawser_connections", { transport: "websocket" })).toBe(0);
  expect(value(left, "hawser_rooms")).toBe(0);
  expect(value(left, "hawser_sessions_total")).toBe(1);
  expect(value(left, "hawser_events_total")).toBe(10);
});

test("with a path it answers that, and leaves others to the next", async () => {
  const handler = prometheus({ stats: () => STATS }, { path: "/metrics" });
  const alone = await listening(createServer(handler));
  expect((await fetch(`${alone}/metrics?a=b`)).status).toBe(200);
  expect((await fetch(`${alone}/metricsx`)).status).toBe(404);
  const next = vi.fn();
  handler({ method: "GET", url: "/other" }, { writeHead: vi.fn(), end: vi.fn() }, next);
  expect(next).toHaveBeenCalledOnce();
});

test("only GET and HEAD are answered", async () => {
  const url = await listening(createServer(prometheus({ stats: () => STATS })));
  const post = await fetch(url, { method: "POST" });
  expect([post.status, post.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  const head = await fetch(url, { method: "HEAD" });
  expect([head.status, await head.text()]).toEqual([200, ""]);
});
