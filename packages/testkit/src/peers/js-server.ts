import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { Journal } from "../journal.ts";
import { ask } from "./ask.ts";
import type { Lacks, RunningServer, ServerOptions, ServerPeer, Target } from "./contract.ts";
import type { JsServer, JsServerModule, JsServerSocket } from "./js-api.ts";
import { installServerApp } from "./reference-app.ts";

interface Description {
  readonly name: string;
  readonly release?: () => string;
  readonly lacks: Lacks;
  readonly load: () => Promise<JsServerModule>;
}

/** A peer for any server with the JavaScript API; it runs in this process. */
export function jsServerPeer({ load, ...peer }: Description): ServerPeer {
  const hidden = "server.api" in peer.lacks;
  return {
    ...peer,
    async start(options = {}) {
      const { Server } = await load();
      return startServer(Server, options, hidden);
    },
    async dispose() {},
  };
}

async function startServer(
  Server: JsServerModule["Server"],
  { port = 0, api, ...options }: ServerOptions,
  hidden: boolean,
): Promise<RunningServer> {
  const httpServer = createServer((_request, response) => response.writeHead(404).end());
  const io = new Server(httpServer, { ...options, ...api });
  const journal = new Journal();
  installServerApp(io, journal);
  await listen(httpServer, port);
  return new JsRunningServer(httpServer, io, journal, hidden);
}

export function listen(httpServer: HttpServer, port = 0): Promise<void> {
  return new Promise((resolve, reject) => {
    httpServer.once("error", reject);
    httpServer.listen(port, "127.0.0.1", resolve);
  });
}

class JsRunningServer implements RunningServer {
  readonly #sockets = new Set<Socket>();
  readonly port: number;
  readonly url: string;
  readonly io?: JsServer;
  readonly journal: Journal;
  readonly #io: JsServer;

  /** `hidden`: what a behaviour would find is not the API that it expects. */
  constructor(httpServer: HttpServer, io: JsServer, journal: Journal, hidden: boolean) {
    httpServer.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    this.#io = io;
    if (!hidden) this.io = io;
    this.journal = journal;
    this.port = (httpServer.address() as AddressInfo).port;
    this.url = `http://127.0.0.1:${this.port}`;
  }

  async emit({ nsp = "/", room, exceptSid }: Target, event: string, ...args: unknown[]) {
    const target =
      exceptSid === undefined ? this.#io.of(nsp) : this.#socket(exceptSid, nsp).broadcast;
    (room === undefined ? target : target.to(room)).emit(event, ...args);
  }

  request(sid: string, event: string, args: unknown[], nsp?: string): Promise<unknown[]> {
    return ask(this.#socket(sid, nsp), event, args);
  }

  async enter(sid: string, room: string, nsp?: string) {
    await this.#socket(sid, nsp).join(room);
  }

  async leave(sid: string, room: string, nsp?: string) {
    await this.#socket(sid, nsp).leave(room);
  }

  async disconnect(sid: string, nsp?: string) {
    this.#socket(sid, nsp).disconnect();
  }

  async transport(sid: string) {
    return this.#socket(sid).conn.transport.name;
  }

  async stop() {
    const closed = this.#io.close();
    // Some clients keep their end open for long, and an HTTP server waits for all of them.
    const impatience = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
    }, 60);
    await closed;
    clearTimeout(impatience);
  }

  #socket(sid: string, nsp = "/"): JsServerSocket {
    const socket = this.#io.of(nsp).sockets.get(sid);
    if (!socket) throw new Error(`no socket ${sid} in ${nsp}`);
    return socket;
  }
}
