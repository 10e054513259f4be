import { createServer } from "node:http";
import { deserialize, serialize } from "node:v8";
import type { FakeClock } from "@hawser/testkit";
import { Server as OfficialServer } from "socket.io";
import * as official from "socket.io-adapter";
import { onTestFinished } from "vitest";
import * as hawser from "../src/adapter.ts";
import { Server } from "../src/index.ts";
import { connect, listen, next, type pair } from "./running-server.ts";

type HeartbeatClass = typeof hawser.ClusterAdapterWithHeartbeat;

/** A node as its bus knows it. */
interface Member {
  readonly id: string;
  receive(message: hawser.ClusterMessage): void;
  receiveResponse(response: hawser.ClusterResponse): void;
}

/** What went over the bus, in order. */
export interface Traffic {
  from: string;
  /** The node that a response is for. */
  to?: string;
  message: hawser.ClusterMessage | hawser.ClusterResponse;
}

/** Carries the messages of the nodes of one process, as a broker would: later, and as copies. */
export class Bus {
  readonly traffic: Traffic[] = [];
  readonly options: hawser.ClusterAdapterOptions;
  readonly #members = new Set<Member>();
  readonly #dead = new Set<string>();
  #count = 0;

  constructor(options: hawser.ClusterAdapterOptions = {}) {
    this.options = options;
  }

  join(member: Member): void {
    this.#members.add(member);
  }

  /** Nothing comes from that node any more, and nothing reaches it. */
  kill(id: string): void {
    this.#dead.add(id);
  }

  async publish(from: string, message: hawser.ClusterMessage): Promise<string> {
    const copy = serialize(message);
    const offset = `offset-${++this.#count}`;
    this.traffic.push({ from, message: deserialize(copy) });
    await new Promise((resolve) => setImmediate(resolve));
    for (const member of this.#members) {
      if (!this.#dead.has(from) && !this.#dead.has(member.id)) {
        member.receive(deserialize(copy));
      }
    }
    return offset;
  }

  async respond(from: string, to: string, response: hawser.ClusterResponse): Promise<void> {
    const copy = serialize(response);
    this.traffic.push({ from, to, message: deserialize(copy) });
    await new Promise((resolve) => setImmediate(resolve));
    for (const member of this.#members) {
      if (member.id === to && !this.#dead.has(from) && !this.#dead.has(to)) {
        member.receiveResponse(deserialize(copy));
      }
    }
  }
}

/** A subclass as packages of others write it, over the bus. */
export function onBus(Base: HeartbeatClass, bus: Bus) {
  return class extends Base implements Member {
    constructor(nsp: hawser.AdapterNamespace) {
      super(nsp, bus.options);
      bus.join(this);
    }

    get id(): string {
      return this.uid;
    }

    receive(message: hawser.ClusterMessage): void {
      this.onMessage(message, `offset-${bus.traffic.length}`);
    }

    receiveResponse(response: hawser.ClusterResponse): void {
      this.onResponse(response);
    }

    protected doPublish(message: hawser.ClusterMessage): Promise<string> {
      return bus.publish(this.uid, message);
    }

    protected doPublishResponse(
      requester: string,
      response: hawser.ClusterResponse,
    ): Promise<void> {
      return bus.respond(this.uid, requester, response);
    }
  };
}

/** Which server, with which adapter on it. */
export type Kind = "hawser" | "official" | "hawser with the official adapter";

export const KINDS: readonly Kind[] = ["hawser", "official", "hawser with the official adapter"];

export interface ClusterNode {
  io: Server;
  url: string;
  id: string;
  adapter: hawser.ClusterAdapterWithHeartbeat;
}

const OfficialBase = official.ClusterAdapterWithHeartbeat as unknown as HeartbeatClass;

export async function startNode(
  kind: Kind,
  bus: Bus,
  options: { clock?: FakeClock } = {},
): Promise<ClusterNode> {
  const http = createServer();
  const adapter = onBus(kind === "hawser" ? hawser.ClusterAdapterWithHeartbeat : OfficialBase, bus);
  const io =
    kind === "official"
      ? (new OfficialServer(http, { adapter: adapter as never }) as unknown as Server)
      : new Server(http, { adapter, ...options });
  const port = await listen(http);
  onTestFinished(() => void io.close());
  const made = io.sockets.adapter as InstanceType<typeof adapter>;
  return { io, url: `http://127.0.0.1:${port}`, id: made.id, adapter: made };
}

/** A client of that node, and the server's socket for it. */
export async function join(node: ClusterNode): ReturnType<typeof pair> {
  const arrival = next(node.io, "connection");
  const client = connect(node.url);
  const connected = next(client, "connect");
  const [socket] = await arrival;
  await connected;
  return { client, socket: socket as Awaited<ReturnType<typeof pair>>["socket"] };
}
