import { METRICS, type Metric, type Sample } from "./metrics.ts";
import type { StatsSource } from "./stats.ts";

/** The text format, as Prometheus and all who scrape for it read it. */
const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

const PREFIX = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

const SUFFIXES: Readonly<Record<string, string>> = { By: "_bytes", s: "_seconds" };

export interface PrometheusOptions {
  /** The beginning of all names. Default: `hawser`. */
  prefix?: string | undefined;
  /** Answer this path only, and leave others to `next`. Default: every request that is handed over. */
  path?: string | undefined;
}

/** What is used of a request of Node. */
export interface HttpRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
}

/** What is used of a response of Node. */
export interface HttpResponse {
  writeHead(status: number, headers: Record<string, string>): unknown;
  end(body?: string): unknown;
}

/** A request listener of Node, and a middleware of Express and Connect. */
export type PrometheusHandler = (
  request: HttpRequest,
  response: HttpResponse,
  next?: () => void,
) => void;

/**
 * Answers requests with the stats of `io`, for Prometheus to scrape. What it tells is not for strangers: put it
 * on a port of its own, or behind what keeps them out.
 * @throws TypeError for a prefix that cannot begin a name
 */
export function prometheus(io: StatsSource, options: PrometheusOptions = {}): PrometheusHandler {
  const prefix = checkedPrefix(options.prefix);
  return ({ method, url = "/" }, response, next) => {
    if (options.path !== undefined && url.split("?", 1)[0] !== options.path) {
      if (next) {
        next();
      } else {
        response.writeHead(404, {});
        response.end();
      }
    } else if (method !== "GET" && method !== "HEAD") {
      response.writeHead(405, { Allow: "GET, HEAD" });
      response.end();
    } else {
      response.writeHead(200, { "Content-Type": CONTENT_TYPE, "Cache-Control": "no-store" });
      response.end(method === "GET" ? textOf(io, prefix) : undefined);
    }
  };
}

/**
 * The stats of `io` in the text format, to be put behind what another registry has written.
 * @throws TypeError for a prefix that cannot begin a name
 */
export function prometheusText(
  io: StatsSource,
  options: Pick<PrometheusOptions, "prefix"> = {},
): string {
  return textOf(io, checkedPrefix(options.prefix));
}

function checkedPrefix(prefix = "hawser"): string {
  if (!PREFIX.test(prefix)) {
    throw new TypeError(
      'option "prefix" must be letters, digits, "_" and ":", without a digit in front',
    );
  }
  return prefix;
}

function textOf(io: StatsSource, prefix: string): string {
  const stats = io.stats();
  return METRICS.map((metric) => {
    const name = nameOf(metric, prefix);
    const samples = metric.read(stats).map((sample) => `${name}${lineOf(sample)}\n`);
    return `# HELP ${name} ${escaped(metric.help)}\n# TYPE ${name} ${metric.kind}\n${samples.join("")}`;
  }).join("");
}

function nameOf({ name, unit, kind }: Metric, prefix: string): string {
  return `${prefix}_${name}${SUFFIXES[unit] ?? ""}${kind === "counter" ? "_total" : ""}`;
}

function lineOf({ labels, value }: Sample): string {
  const pairs = Object.entries(labels).map(
    ([label, text]) => `${label}="${escaped(text).replaceAll('"', '\\"')}"`,
  );
  return pairs.length > 0 ? `{${pairs.join(",")}} ${value}` : ` ${value}`;
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}
