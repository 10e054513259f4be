import { EventEmitter } from "node:events";
import type { Server as HttpServer } from "node:http";
import { type Namespace, Server, type ServerOptions, type Socket } from "socket.io";
import {
  Socket as ClientSocket,
  io,
  Manager,
  type ManagerOptions,
  type SocketOptions,
} from "socket.io-client";

interface FromClient {
  guess: (n: number, reply: (hint: "more" | "less" | "yes") => void) => void;
}
interface FromServer {
  solved: (by: string) => void;
}

class GameServer extends Server<FromClient, FromServer> {
  readonly secret = 7;

  constructor(http: HttpServer, options: Partial<ServerOptions> = {}) {
    super(http, { pingInterval: 5000, ...options });
    this.on("connection", (socket) => this.welcome(socket));
  }

  welcome(socket: Socket<FromClient, FromServer>): void {
    socket.on("guess", (n, reply) => {
      reply(n < this.secret ? "more" : n > this.secret ? "less" : "yes");
      if (n === this.secret) {
        this.emit("solved", socket.id);
      }
    });
  }
}

class Gateway {
  private readonly io: Server;
  protected lobby: Namespace;

  constructor(http: HttpServer) {
    this.io = new Server(http);
    this.lobby = this.io.of("/lobby");
    this.lobby.on("connection", this.onConnection.bind(this));
    this.io.on("connection", this.onConnection);
  }

  private onConnection = (socket: Socket): void => {
    socket.on("disconnect", this.onDisconnect);
  };

  private onDisconnect(reason: string): void {
    console.log(reason, this);
  }
}

class Client {
  private socket: ClientSocket | null = null;
  private options: Partial<ManagerOptions & SocketOptions> = { autoConnect: false };

  connect(url: string): ClientSocket {
    if (this.socket?.connected) {
      return this.socket;
    }
    this.socket = io(url, this.options);
    this.socket.connect();
    return this.socket;
  }

  disconnect(): void {
    this.socket?.disconnect();
    this.socket = null;
  }
}

class Hub extends EventEmitter {
  constructor(readonly sockets = new Map<string, Socket>()) {
    super();
  }
  add(socket: Socket): void {
    this.sockets.set(socket.id, socket);
    socket.once("disconnect", () => this.sockets.delete(socket.id));
    this.emit("added", socket);
  }
}

class Shared extends Manager {}
new Shared("http://localhost").socket("/a").emit("x");

export { Client, GameServer, Gateway, Hub };
export const isClientSocket = (x: unknown): x is ClientSocket => x instanceof ClientSocket;
