import { io, type ManagerOptions, type Socket, type SocketOptions } from "socket.io-client";
import { expect } from "vitest";
import { until } from "./waiting.ts";

export type ClientOptions = Partial<ManagerOptions & SocketOptions>;

export interface ClientIdentity {
  readonly name: string;
  readonly rooms?: readonly string[];
  readonly namespace?: string;
}

/** A client that keeps what it receives. It answers `ask` events, unless it is named `mute`. */
export class TestClient {
  readonly name: string;
  readonly rooms: readonly string[];
  readonly socket: Socket;
  /** Why it was disconnected, each time. */
  readonly disconnects: string[] = [];
  readonly #received: unknown[][] = [];
  readonly #probes = new Set<string>();

  constructor(port: number, identity: ClientIdentity, options: ClientOptions = {}) {
    const { name, rooms = [], namespace = "/" } = identity;
    this.name = name;
    this.rooms = rooms;
    this.socket = io(`http://127.0.0.1:${port}${namespace}`, {
      transports: ["websocket"],
      forceNew: true,
      reconnection: false,
      auth: { name, rooms },
      ...options,
    });
    this.socket.on("disconnect", (reason) => this.disconnects.push(reason));
    this.socket.onAny((event: string, ...args: unknown[]) => {
      if (event === "probe") {
        this.#probes.add(String(args[0]));
        return;
      }
      const answer = args[args.length - 1];
      this.#received.push([event, ...args.filter((arg) => typeof arg !== "function")]);
      if (event === "ask" && name !== "mute") {
        (answer as (value: unknown) => void)({ name, got: args[0] });
      }
    });
  }

  /** Resolves when the server has made it join its rooms. */
  static async connect(
    port: number,
    identity: ClientIdentity,
    options?: ClientOptions,
  ): Promise<TestClient> {
    const client = new TestClient(port, identity, options);
    client.socket.once("connect_error", (error) => client.#received.push(["error", error.message]));
    await until(() => client.#received.length > 0, `${identity.name} joins`);
    // With recovery, an offset follows.
    expect(client.#received[0]).toEqual(expect.arrayContaining(["joined"]));
    return client;
  }

  /** The arguments of the events of that name, in order. */
  events(name: string): unknown[][] {
    return this.#received.filter(([event]) => event === name).map(([, ...args]) => args);
  }

  sawProbe(id: string): boolean {
    return this.#probes.has(id);
  }

  close(): void {
    this.socket.disconnect();
  }
}
