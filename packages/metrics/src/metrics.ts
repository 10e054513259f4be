import type { Stats } from "./stats.ts";

/** One value; the labels tell it from the others of its metric. */
export interface Sample {
  readonly value: number;
  readonly labels: Readonly<Record<string, string>>;
}

export interface Metric {
  /** Words in snake case, without unit. */
  readonly name: string;
  /** A counter only grows while the process lives. */
  readonly kind: "gauge" | "counter";
  /** As UCUM writes it. */
  readonly unit: "By" | "s" | `{${string}}`;
  readonly help: string;
  read(stats: Stats): Sample[];
}

/** Dynamic namespaces take their names from clients, and each name is a time series for ever. */
const MAX_NAMESPACES = 50;

/** Everything that is measured, in the order in which it is shown. */
export const METRICS: readonly Metric[] = [
  {
    name: "connections",
    kind: "gauge",
    unit: "{connection}",
    help: "Engine connections that are open, by transport.",
    read: ({ connections: { polling, websocket, webtransport } }) =>
      labelled("transport", { polling, websocket, webtransport }),
  },
  {
    name: "sockets",
    kind: "gauge",
    unit: "{socket}",
    help: `Sockets that are connected, by namespace; beyond ${MAX_NAMESPACES} namespaces the smaller ones together as "other".`,
    read: ({ sockets }) => labelled("namespace", largest(sockets.namespaces)),
  },
  {
    name: "rooms",
    kind: "gauge",
    unit: "{room}",
    help: "Rooms that somebody is in, without those that each socket has for itself.",
    read: ({ rooms }) => alone(rooms),
  },
  {
    name: "buffered",
    kind: "gauge",
    unit: "By",
    help: "Bytes that wait for clients.",
    read: ({ bufferedBytes }) => alone(bufferedBytes),
  },
  {
    name: "sessions",
    kind: "counter",
    unit: "{session}",
    help: "Engine connections opened.",
    read: ({ sessions }) => alone(sessions),
  },
  {
    name: "packets",
    kind: "counter",
    unit: "{packet}",
    help: "Engine packets, pings included, by direction.",
    read: ({ packets }) => labelled("direction", { in: packets.in, out: packets.out }),
  },
  {
    name: "events",
    kind: "counter",
    unit: "{event}",
    help: "Events received.",
    read: ({ events }) => alone(events),
  },
  {
    name: "handler_errors",
    kind: "counter",
    unit: "{error}",
    help: "Handlers and middlewares that threw or rejected.",
    read: ({ errors }) => alone(errors),
  },
  {
    name: "dropped_messages",
    kind: "counter",
    unit: "{message}",
    help: "Messages not sent because the client was behind, by policy.",
    read: ({ dropped }) => labelled("policy", dropped),
  },
  {
    name: "limits_met",
    kind: "counter",
    unit: "{violation}",
    help: "Limits that clients have run into, by limit.",
    read: ({ limits }) => labelled("limit", limits),
  },
  {
    name: "refused_requests",
    kind: "counter",
    unit: "{request}",
    help: "Requests refused, by reason.",
    read: ({ refused }) => labelled("reason", refused),
  },
  {
    name: "rate_limited_events",
    kind: "counter",
    unit: "{event}",
    help: "Events beyond the rate limit, by what was done.",
    read: ({ rateLimited }) => labelled("action", rateLimited),
  },
  {
    name: "event_loop_lag",
    kind: "gauge",
    unit: "s",
    help: "How late the event loop has come to what was due, over the last 10 seconds.",
    read: ({ lag }) =>
      labelled("statistic", { mean: lag.mean / 1000, p99: lag.p99 / 1000, max: lag.max / 1000 }),
  },
  {
    name: "resident_memory",
    kind: "gauge",
    unit: "By",
    help: "Resident memory of the process.",
    read: ({ memory }) => alone(memory.rss),
  },
  {
    name: "heap_used",
    kind: "gauge",
    unit: "By",
    help: "JavaScript heap in use.",
    read: ({ memory }) => alone(memory.heapUsed),
  },
  {
    name: "uptime",
    kind: "gauge",
    unit: "s",
    help: "Time since the server was made.",
    read: ({ uptime }) => alone(uptime / 1000),
  },
];

function alone(value: number): Sample[] {
  return [{ value, labels: {} }];
}

function labelled(label: string, values: Readonly<Record<string, number>>): Sample[] {
  return Object.entries(values).map(([name, value]) => ({ value, labels: { [label]: name } }));
}

function largest(namespaces: Readonly<Record<string, number>>): Record<string, number> {
  const sorted = Object.entries(namespaces).sort(([, a], [, b]) => b - a);
  const shown = Object.fromEntries(sorted.slice(0, MAX_NAMESPACES));
  const others = sorted.slice(MAX_NAMESPACES);
  return others.length > 0
    ? { ...shown, other: others.reduce((sum, [, sockets]) => sum + sockets, 0) }
    : shown;
}
