/** Whom an operation is for; everybody on `/` by default. */
export interface Target {
  readonly namespace?: string;
  readonly to?: readonly string[];
  readonly except?: readonly string[];
  readonly local?: boolean;
  readonly volatile?: boolean;
  /** Milliseconds to wait for acknowledgements. Default: 2000. */
  readonly timeout?: number;
}

/** What a request with acknowledgements came to. */
export interface Outcome {
  readonly responses: readonly unknown[];
  /** The message of the error. */
  readonly error?: string;
}

/** What `fetchSockets` tells of a socket. */
export interface Fetched {
  readonly id: string;
  readonly name: string;
  readonly rooms: readonly string[];
  /** The path of the handshake's URL. */
  readonly path: string;
}

/**
 * One server of a fleet, in this process or in another: so everything is asynchronous, and plain
 * data. Clients join the rooms of their `auth.rooms`, and are known by `auth.name`.
 */
export interface FleetNode {
  readonly name: string;
  readonly port: number;
  emit(target: Target, event: string, ...args: unknown[]): Promise<void>;
  emitWithAck(target: Target, event: string, ...args: unknown[]): Promise<Outcome>;
  fetchSockets(target: Target): Promise<Fetched[]>;
  allSockets(target: Target): Promise<string[]>;
  /** Asks the adapter, where it can tell. */
  allRooms(): Promise<string[] | undefined>;
  join(target: Target, rooms: readonly string[]): Promise<void>;
  leave(target: Target, rooms: readonly string[]): Promise<void>;
  disconnect(target: Target, close: boolean): Promise<void>;
  /** Uses what `fetchSockets` answers for the client of that name. */
  useRemote(client: string, action: RemoteAction): Promise<unknown>;
  serverSideEmit(event: string, ...args: unknown[]): Promise<void>;
  serverSideEmitWithAck(event: string, ...args: unknown[]): Promise<Outcome>;
  /** Arguments of the `note` events from other servers. */
  notes(): Promise<unknown[][]>;
  serverCount(): Promise<number>;
  /** `io.close()`. */
  close(): Promise<void>;
}

export type RemoteAction =
  | { readonly do: "emit"; readonly event: string; readonly args: readonly unknown[] }
  | { readonly do: "ask"; readonly event: string; readonly args: readonly unknown[] }
  | { readonly do: "join" | "leave"; readonly room: string }
  | { readonly do: "disconnect"; readonly close: boolean };
