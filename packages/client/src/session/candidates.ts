import { invalidOption } from "../errors.ts";
import type { EngineOptions } from "../options.ts";
import type { TransportClass } from "../transport/transport.ts";
import type { Environment } from "./environment.ts";

/**
 * The transports a session may use, by name, in order. Empty if none of those asked for is
 * available here.
 * @throws TypeError if the first name is unknown, and for both ways to name them at once
 */
export function candidates(
  { transports, transportImplementations }: EngineOptions,
  known: Environment["transports"],
): Map<string, TransportClass> {
  if (transports && transportImplementations) {
    throw invalidOption("give either `transports` or `transportImplementations`");
  }
  const result = new Map<string, TransportClass>();
  for (const entry of transportImplementations ?? transports ?? Object.keys(known)) {
    const transport = typeof entry === "string" ? known[entry] : entry;
    if (transport) {
      result.set(transport.prototype.name, transport);
    } else if (result.size === 0 && !((entry as string) in known)) {
      throw invalidOption(`unknown transport "${entry}"`);
    }
  }
  return result;
}
