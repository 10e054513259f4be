import { METRICS } from "./metrics.ts";
import type { StatsSource } from "./stats.ts";

interface InstrumentOptions {
  readonly description: string;
  readonly unit: string;
}

interface Observations<Instrument> {
  observe(instrument: Instrument, value: number, attributes: Record<string, string>): void;
}

type Observe<Instrument> = (observations: Observations<Instrument>) => void;

/** What is used of a `Meter` of `@opentelemetry/api`. */
export interface ObservableMeter<Instrument> {
  createObservableGauge(name: string, options: InstrumentOptions): Instrument;
  createObservableCounter(name: string, options: InstrumentOptions): Instrument;
  addBatchObservableCallback(callback: Observe<Instrument>, instruments: Instrument[]): void;
  removeBatchObservableCallback(callback: Observe<Instrument>, instruments: Instrument[]): void;
}

export interface OpenTelemetryOptions {
  /** The beginning of all names. Default: `hawser`. */
  prefix?: string | undefined;
}

/**
 * Makes instruments of a meter, which tell the stats of `io` whenever they are collected.
 * @returns ends it
 */
export function openTelemetry<Instrument>(
  io: StatsSource,
  meter: ObservableMeter<Instrument>,
  { prefix = "hawser" }: OpenTelemetryOptions = {},
): () => void {
  const instruments = METRICS.map(({ name, kind, help: description, unit }) =>
    kind === "gauge"
      ? meter.createObservableGauge(`${prefix}.${name}`, { description, unit })
      : meter.createObservableCounter(`${prefix}.${name}`, { description, unit }),
  );
  const observe: Observe<Instrument> = (observations) => {
    const stats = io.stats();
    METRICS.forEach((metric, index) => {
      for (const { value, labels } of metric.read(stats)) {
        observations.observe(instruments[index]!, value, { ...labels });
      }
    });
  };
  meter.addBatchObservableCallback(observe, instruments);
  return () => meter.removeBatchObservableCallback(observe, instruments);
}
