export interface Feed {
  server?: string;
  backpressure?: { policy?: string; budget?: number };
  block?: boolean;
  slowBy?: "websocket" | "polling";
  clients: number;
  count: number;
  bytes: number;
  samples?: number;
}

export interface Told {
  reason: string | null;
  code: string | null;
  at: number | null;
  rejected: number;
  drain: number;
}

export interface Outcome {
  run: {
    /** Bytes of memory, after collection. */
    rise: number;
    mostBuffered: number;
    mostRss: number;
    cpu: number;
    dropped: Record<string, number>;
    clients: number;
    failures: string[];
  };
  healthy: { complete: number; least: number; disordered: number; closed: number };
  slow: { delivered: number | null; last?: number; disordered?: number; closed?: boolean };
  after: { told: Told; memory: number; buffered: number; failures: string[] };
}

export function runFeed(feed: Feed): Promise<Outcome>;
