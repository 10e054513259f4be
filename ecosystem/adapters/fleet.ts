import type { ServerOptions } from "socket.io";
import type { FleetNode } from "./fleet-node.ts";
import { type ServerClass, ServerNode } from "./server-node.ts";
import type { ClientOptions } from "./test-client.ts";

/** Servers that are one to their clients. */
export interface Fleet {
  readonly nodes: readonly FleetNode[];
  /** What clients need to talk to them. */
  readonly clientOptions?: ClientOptions;
  /** Ends what connects the servers, when they have been closed. Again: nothing. */
  disconnect(): Promise<void>;
}

/** How a fleet is made, and what its adapter cannot do. */
export interface FleetKind {
  readonly name: string;
  start(): Promise<Fleet>;
  readonly lacks?: {
    /** Why messages of one node may overtake each other. */
    readonly order?: string;
  };
  /** What it can do beyond the others. */
  readonly has?: {
    readonly allRooms?: boolean;
    /** The time limit of requests is set, to one second at most. */
    readonly shortTimeLimit?: boolean;
  };
}

/** An adapter and the connections it uses. */
export interface Connected {
  readonly adapter: ServerOptions["adapter"];
  disconnect(): Promise<void> | void;
}

export interface FleetOptions {
  readonly server?: Partial<ServerOptions>;
  readonly client?: ClientOptions;
  /** Whose servers they are; ours by default. */
  readonly classes?: readonly (ServerClass | undefined)[];
}

/** Three servers in this process, each with an adapter and connections of its own. */
export async function startFleet(
  connect: (index: number) => Promise<Connected>,
  { server = {}, client, classes = [] }: FleetOptions = {},
): Promise<Fleet> {
  const connected = await Promise.all([0, 1, 2].map(connect));
  const nodes = await Promise.all(
    connected.map(({ adapter }, index) =>
      ServerNode.start(`n${index}`, { ...server, adapter }, { Class: classes[index] }),
    ),
  );
  let disconnected: Promise<unknown> | undefined;
  return {
    nodes,
    ...(client && { clientOptions: client }),
    disconnect: async () => {
      disconnected ??= Promise.all(connected.map((connections) => connections.disconnect()));
      await disconnected;
    },
  };
}
