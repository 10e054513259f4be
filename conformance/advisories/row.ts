import type { HostileServer } from "./hostile-server.ts";
import type { ServerSetup } from "./server-victim.ts";
import type { VictimProcess } from "./victim-process.ts";

/** A Hawser server under attack. */
export interface ServerTarget {
  readonly port: number;
  /** Each TCP connection to it is one WebTransport session. */
  readonly webTransportPort: number;
  readonly victim: VictimProcess;
}

/** A process with Hawser clients, and the server that attacks them. */
export interface ClientTarget {
  readonly hostile: HostileServer;
  readonly victim: VictimProcess;
}

interface Row {
  /** As in the advisory. */
  readonly id: string;
  /** The bad input. */
  readonly title: string;
  /** What the bad peer gets from us. */
  readonly answer: string;
}

/** An advisory that concerns servers. */
export interface ServerRow extends Row {
  /** How the server is made. Default: by the defaults. */
  readonly setup?: ServerSetup;
  /** Sends the bad input, checks the answer, and leaves nothing open. */
  attack(target: ServerTarget): Promise<void>;
}

/** One that concerns clients. */
export interface ClientRow extends Row {
  attack(target: ClientTarget): Promise<void>;
}
