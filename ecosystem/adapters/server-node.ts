import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server, type ServerOptions } from "socket.io";
import type { Fetched, FleetNode, Outcome, RemoteAction, Target } from "./fleet-node.ts";

type Options = Partial<ServerOptions>;
export type ServerClass = typeof Server;

/** A Socket.IO server with the application that the tests of adapters talk to. */
export class ServerNode implements FleetNode {
  readonly name: string;
  readonly io: Server;
  readonly #notes: unknown[][] = [];
  #closed: Promise<void> | undefined;

  constructor(name: string, io: Server) {
    this.name = name;
    this.io = io;
    for (const namespace of [io.of("/"), io.of("/other")]) {
      namespace.on("connection", async (socket) => {
        const { name: client, rooms } = socket.handshake.auth as Record<string, unknown>;
        socket.data.name = client;
        socket.on("say", (rooms: string[], ...args: unknown[]) =>
          (rooms.length > 0 ? socket.to(rooms) : socket.broadcast).emit("said", ...args),
        );
        socket.on("where", (answer: (node: string) => void) => answer(name));
        await socket.join(rooms as string[]);
        socket.emit("joined");
      });
    }
    io.on("note", (...args: unknown[]) => void this.#notes.push(args));
    io.on("question", (question: unknown, answer: (value: unknown) => void) => {
      if (question !== "silence" || name === "n0") answer({ node: name, question });
    });
  }

  /**
   * A server that listens on a free port, or on none: a cluster's primary hands it connections then.
   * `Class` is that of a peer, when it is not ours.
   */
  static async start(
    name: string,
    options: Options,
    { listen = true, Class = Server }: { listen?: boolean; Class?: ServerClass | undefined } = {},
  ): Promise<ServerNode> {
    const httpServer = createServer();
    const io = new Class(httpServer, { serveClient: false, ...options });
    if (listen) {
      await new Promise<void>((resolve) =>
        // `exclusive`: the workers of a cluster have a port each.
        httpServer.listen({ port: 0, host: "127.0.0.1", exclusive: true }, resolve),
      );
    }
    return new ServerNode(name, io);
  }

  get port(): number {
    return (this.io.httpServer?.address() as AddressInfo | null)?.port ?? 0;
  }

  async emit(target: Target, event: string, ...args: unknown[]): Promise<void> {
    this.#select(target).emit(event, ...args);
  }

  emitWithAck(target: Target, event: string, ...args: unknown[]): Promise<Outcome> {
    const { timeout = 2000 } = target;
    return outcome(
      this.#select(target)
        .timeout(timeout)
        .emitWithAck(event, ...args),
    );
  }

  async fetchSockets(target: Target): Promise<Fetched[]> {
    const sockets = await this.#select(target).fetchSockets();
    return sockets.map(({ id, data, rooms, handshake }) => ({
      id,
      name: data.name,
      rooms: [...rooms].filter((room) => room !== id).sort(),
      path: handshake.url.split("?")[0]!,
    }));
  }

  async allSockets(target: Target): Promise<string[]> {
    return [...(await this.#select(target).allSockets())].sort();
  }

  async allRooms(): Promise<string[] | undefined> {
    const adapter = this.io.of("/").adapter as { allRooms?: () => Promise<Set<string>> };
    const rooms = await adapter.allRooms?.();
    return rooms && [...rooms].sort();
  }

  async join(target: Target, rooms: readonly string[]): Promise<void> {
    this.#select(target).socketsJoin([...rooms]);
  }

  async leave(target: Target, rooms: readonly string[]): Promise<void> {
    this.#select(target).socketsLeave([...rooms]);
  }

  async disconnect(target: Target, close: boolean): Promise<void> {
    this.#select(target).disconnectSockets(close);
  }

  async useRemote(client: string, action: RemoteAction): Promise<unknown> {
    const socket = (await this.io.fetchSockets()).find(({ data }) => data.name === client);
    if (!socket) throw new Error(`no client ${client}`);
    switch (action.do) {
      case "emit":
        return socket.emit(action.event, ...action.args);
      case "ask":
        return new Promise((resolve, reject) => {
          const answer = (error: Error | null, value: unknown) =>
            error ? reject(error) : resolve(value);
          socket.timeout(2000).emit(action.event, ...action.args, answer);
        });
      case "join":
        return void socket.join(action.room);
      case "leave":
        return void socket.leave(action.room);
      case "disconnect":
        return void socket.disconnect(action.close);
    }
  }

  async serverSideEmit(event: string, ...args: unknown[]): Promise<void> {
    this.io.serverSideEmit(event, ...args);
  }

  serverSideEmitWithAck(event: string, ...args: unknown[]): Promise<Outcome> {
    return outcome(this.io.serverSideEmitWithAck(event, ...args));
  }

  async notes(): Promise<unknown[][]> {
    return this.#notes;
  }

  serverCount(): Promise<number> {
    return this.io.of("/").adapter.serverCount();
  }

  close(): Promise<void> {
    this.#closed ??= this.io.close();
    return this.#closed;
  }

  #select({ namespace = "/", to = [], except = [], local, volatile }: Target) {
    let selection = this.io
      .of(namespace)
      .to([...to])
      .except([...except]);
    if (local) selection = selection.local;
    if (volatile) selection = selection.volatile;
    return selection;
  }
}

async function outcome(request: Promise<unknown>): Promise<Outcome> {
  try {
    return { responses: (await request) as unknown[] };
  } catch (error) {
    const { message, responses } = error as { message: string; responses: unknown[] };
    return { error: message, responses };
  }
}
