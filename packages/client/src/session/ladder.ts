import { invalidOption } from "../errors.ts";
import type { EngineOptions } from "../options.ts";
import type { Clock } from "../platform/clock.ts";
import type { Transport, TransportClass } from "../transport/transport.ts";
import { Upgrade, type UpgradeHost } from "./upgrade.ts";

/** Known transports by name, in the default order. */
export type KnownTransports = Readonly<Record<string, TransportClass>>;

/** Which transports a session uses, one after the other; each method is called by the session. */
export interface Ladder {
  /** The one to connect with; undefined if none of those asked for is available here. */
  first(): TransportClass | undefined;
  /** The one to try after that one failed; undefined as above. It tells the error which one that was. */
  afterFailure?(failed: Transport | undefined, error: Error): TransportClass | undefined;
  /** The handshake is done. @param upgrades names that the server offers, or whatever it said */
  opened?(upgrades: unknown): void;
  /** The session is over. */
  stop?(): void;
}

/** What a ladder needs of its session. */
export interface LadderHost extends UpgradeHost {
  readonly clock: Clock;
  createTransport(transport: TransportClass): Transport;
  /** Told by a ladder that has no transport at all. */
  transportFailed(error: Error): void;
}

/** Milliseconds for what is better than a WebSocket, where the server offers both. */
const HEAD_START = 200;

export type CreateLadder = (host: LadderHost, opts: EngineOptions) => Ladder;

/** Outlives sessions. */
export const memory = {
  /** Whether the last session that opened did so over a WebSocket, or changed to one. */
  priorWebsocketSuccess: false,
};

/** One transport, no way up: for clients that know nothing else. */
export function singleTransport(transport: TransportClass): CreateLadder {
  return () => ({ first: () => transport });
}

/**
 * Starts with the first transport that the options name, and moves up to what the server offers.
 * @throws TypeError if the first name is unknown, and for both ways to name transports at once
 */
export function ladderOf(known: KnownTransports): CreateLadder {
  return (host, opts) => {
    const candidates = candidatesOf(opts, known);
    if (candidates.size === 0) {
      // Not at once: nobody can listen yet. A text, as others emit it.
      const error = "No transports available" as unknown as Error;
      host.clock.setTimeout(() => host.transportFailed(error), 0);
    }
    let upgrades: Upgrade[] = [];
    let delay: unknown;

    const abortBut = (winner?: Upgrade): void => {
      host.clock.clearTimeout(delay);
      for (const upgrade of upgrades) {
        if (upgrade !== winner) {
          upgrade.abort();
        }
      }
      upgrades = winner ? [winner] : [];
    };

    const remember = ({ name }: Transport): void => {
      memory.priorWebsocketSuccess = name === "websocket";
    };

    const answered = (winner: Upgrade): void => {
      remember(winner.transport);
      abortBut(winner);
    };

    const first = (): TransportClass | undefined =>
      (opts.rememberUpgrade && memory.priorWebsocketSuccess && candidates.get("websocket")) ||
      candidates.values().next().value;

    return {
      first,
      afterFailure(failed, error) {
        Object.assign(error, { transport: failed?.name });
        memory.priorWebsocketSuccess = false;
        candidates.delete(failed?.name ?? "");
        return opts.tryAllTransports ? first() : undefined;
      },
      opened(offered) {
        remember(host.transport);
        if (opts.upgrade !== false) {
          const names = new Set<unknown>(Array.isArray(offered) ? offered : []);
          const wanted = [...names].flatMap((name) => candidates.get(name as string) ?? []);
          for (const transport of wanted) {
            const probe = (): void => {
              upgrades.push(new Upgrade(host, host.createTransport(transport), answered));
            };
            if (wanted.length > 1 && transport.prototype.name === "websocket") {
              delay = host.clock.setTimeout(probe, HEAD_START);
            } else {
              probe();
            }
          }
        }
      },
      stop: () => abortBut(),
    };
  };
}

function candidatesOf(
  { transports, transportImplementations }: EngineOptions,
  known: KnownTransports,
): Map<string, TransportClass> {
  if (transports && transportImplementations) {
    throw invalidOption("both `transports` and `transportImplementations`");
  }
  const result = new Map<string, TransportClass>();
  for (const entry of transportImplementations ?? transports ?? Object.keys(known)) {
    const transport = typeof entry === "string" ? known[entry] : entry;
    if (!transport) {
      if (result.size === 0) {
        throw invalidOption(`unknown transport "${entry}"`);
      }
    } else if (transport.isAvailable?.() !== false) {
      result.set(transport.prototype.name, transport);
    }
  }
  return result;
}
