import { expect } from "vitest";
import { plain } from "../../packages/testkit/src/binary.ts";
import type { Fleet } from "./fleet.ts";
import type { FleetNode } from "./fleet-node.ts";
import { type ClientIdentity, TestClient } from "./test-client.ts";
import { eventually, until } from "./waiting.ts";

/** Who is connected to which node while the statements are checked. */
const RESIDENTS: readonly (ClientIdentity & { node: number })[] = [
  { node: 0, name: "ann", rooms: ["red"] },
  { node: 1, name: "bob", rooms: ["red", "blue"] },
  { node: 2, name: "cyd", rooms: ["blue", "green"] },
  { node: 0, name: "dan", rooms: ["green"] },
];

export const EVERYBODY = RESIDENTS.map(({ name }) => name);

/** A fleet with clients on all of its nodes. */
export class World {
  readonly fleet: Fleet;
  readonly #clients = new Map<string, TestClient>();
  #running: readonly FleetNode[];
  #lastId = 0;

  private constructor(fleet: Fleet) {
    this.fleet = fleet;
    this.#running = fleet.nodes;
  }

  static async create(fleet: Fleet): Promise<World> {
    const world = new World(fleet);
    await world.serversAreCounted();
    for (const { node, ...identity } of RESIDENTS) await world.connect(node, identity);
    await world.roomsAreKnown(["red", "blue", "green"]);
    return world;
  }

  node(index: number): FleetNode {
    return this.fleet.nodes[index]!;
  }

  client(name: string): TestClient {
    return this.#clients.get(name)!;
  }

  /** A name for an event or a room that nothing else uses. */
  unique(prefix: string): string {
    this.#lastId++;
    return `${prefix}-${this.#lastId}`;
  }

  async connect(node: number, identity: ClientIdentity): Promise<TestClient> {
    const { port } = this.node(node);
    const client = await TestClient.connect(port, identity, this.fleet.clientOptions);
    this.#clients.set(identity.name, client);
    return client;
  }

  /** Ends a client, and waits until the servers have seen it. */
  async remove(name: string): Promise<void> {
    this.client(name).close();
    this.#clients.delete(name);
    const isGone = async (node: FleetNode) =>
      (await node.fetchSockets({ local: true })).every((socket) => socket.name !== name);
    await until(
      async () => (await Promise.all(this.#running.map(isGone))).every(Boolean),
      `${name} is gone`,
    );
  }

  /** Closes a server; its clients are told so. */
  async closeNode(index: number): Promise<void> {
    const node = this.node(index);
    await node.close();
    this.#running = this.#running.filter((running) => running !== node);
  }

  /**
   * Waits until each node reaches the members of each room: where rooms have channels of their own,
   * a node that has just subscribed hears nothing for a moment.
   */
  async roomsAreKnown(rooms: readonly string[]): Promise<void> {
    for (const room of rooms) {
      const members = [...this.#clients.values()].filter((client) => client.rooms.includes(room));
      const ids = this.fleet.nodes.map(() => this.unique("probe"));
      const isKnown = async () => {
        if (members.every((member) => ids.every((id) => member.sawProbe(id)))) return true;
        for (const [index, id] of ids.entries()) {
          await this.node(index).emit({ to: [room] }, "probe", id);
        }
        return false;
      };
      await until(isKnown, `the members of ${room} are known to all`);
    }
  }

  /** That these clients have received the event once, with these arguments, and no other has. */
  async received(event: string, names: readonly string[], args: unknown[]): Promise<void> {
    const expected = this.#tableOf((client) => (names.includes(client.name) ? [args] : []));
    await eventually(() => this.#tableOf((client) => client.events(event)), plain(expected));
    // What was to come too often or to the wrong ones has come when a later event has.
    const marker = this.unique("marker");
    for (const node of this.#running) await node.emit({ local: true }, marker);
    await this.node(0).emit({}, marker);
    const marked = () => [...this.#clients.values()].every((c) => c.events(marker).length === 2);
    await until(marked, "all receive the marker");
    expect(this.#tableOf((client) => client.events(event))).toEqual(plain(expected));
  }

  /** Waits until every server counts those that run. */
  async serversAreCounted(): Promise<void> {
    await eventually(
      () => Promise.all(this.#running.map((node) => node.serverCount())),
      this.#running.map(() => this.#running.length),
    );
  }

  /** The names of the sockets that a node sees, from any node. */
  async names(node: number, target: Parameters<FleetNode["fetchSockets"]>[0]): Promise<string[]> {
    return (await this.node(node).fetchSockets(target)).map(({ name }) => name).sort();
  }

  /** Ends clients, servers and what connects them; what is closed already is left alone. */
  async close(): Promise<void> {
    for (const client of this.#clients.values()) client.close();
    await Promise.all(this.fleet.nodes.map((node) => node.close()));
    await this.fleet.disconnect();
  }

  #tableOf(rows: (client: TestClient) => unknown[][]): unknown {
    return Object.fromEntries(
      [...this.#clients.values()].map((client) => [client.name, plain(rows(client))]),
    );
  }
}
