import { formatWithOptions } from "node:util";

const ONE_LINE = { breakLength: Number.POSITIVE_INFINITY, compact: true };

/** Writes a line with its time, as programs that read logs want it. */
export function writeToStderr(scope: string, template: string, ...values: unknown[]): void {
  const line = formatWithOptions(ONE_LINE, template, ...values);
  process.stderr.write(`${new Date().toISOString()} ${scope} ${line}\n`);
}
