/** What a Hawser server is doing, for Prometheus and OpenTelemetry. */

export type { ObservableMeter, OpenTelemetryOptions } from "./open-telemetry.ts";
export { openTelemetry } from "./open-telemetry.ts";
export type {
  HttpRequest,
  HttpResponse,
  PrometheusHandler,
  PrometheusOptions,
} from "./prometheus.ts";
export { prometheus, prometheusText } from "./prometheus.ts";
export type { Stats, StatsSource } from "./stats.ts";
