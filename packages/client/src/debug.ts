import { scopesOf } from "@hawser/socket-codec/packets";
import type { Client } from "./client.ts";
import type { DefaultEventsMap } from "./events.ts";
import { createIo } from "./io.ts";
import type { SocketOptions } from "./options.ts";
import type { Session } from "./session/session.ts";
import type { Manager, Socket } from "./socket/socket.ts";

/** Puts a line somewhere; `template` has the placeholders of `console.log`. */
export type WriteLine = (scope: string, template: string, ...values: unknown[]) => void;

type Write = (template: string, ...values: unknown[]) => void;

/**
 * The client, writing what happens where `text` asks for one of its scopes, and itself otherwise. It
 * listens like an application does, so that nothing is paid for it when nobody asks.
 * @param text as in `DEBUG=socket.io-client*`
 */
export function watched(client: Client, text: string, writeLine: WriteLine): Client {
  const wanted = scopesOf(text);
  const writer = (scope: string): Write | undefined =>
    wanted(scope) ? (template, ...values) => writeLine(scope, template, ...values) : undefined;
  const managers = writer("socket.io-client:manager");
  const sockets = writer("socket.io-client:socket");
  const sessions = writer("engine.io-client:socket");
  if (!(managers ?? sockets ?? sessions)) {
    return client;
  }
  /** Those that are watched already. */
  const known = new WeakSet<object>();
  const isNew = (it: object): boolean => !known.has(it) && known.add(it).has(it);

  class WatchedManager extends client.Manager<DefaultEventsMap, DefaultEventsMap> {
    // The constructor calls it too, so that there is nothing to do there.
    override open(done?: (error?: Error) => void): this {
      if (managers && isNew(this)) {
        watchManager(this, managers);
      }
      if (this._readyState === "closed") {
        managers?.("opening %s", this.uri);
      }
      super.open(done);
      if (sessions && this.engine && isNew(this.engine)) {
        watchSession(this.engine, sessions);
      }
      return this;
    }

    override socket(nsp: string, opts?: SocketOptions): Socket {
      const socket = super.socket(nsp, opts);
      if (sockets && isNew(socket)) {
        watchSocket(socket, sockets);
      }
      return socket;
    }
  }
  const WatchedConstructor = WatchedManager as unknown as Client["Manager"];
  return { io: createIo(WatchedConstructor), Manager: WatchedConstructor };
}

function watchManager(manager: Manager, write: Write): void {
  manager.on("open", () => write("open"));
  manager.on("close", (reason) => write("closed: %s", reason));
  manager.on("error", (error) => write("error: %s", error.message));
  manager.on("reconnect_attempt", (attempt) => write("reconnecting, attempt %d", attempt));
  manager.on("reconnect_failed", () => write("reconnecting given up"));
  manager.on("reconnect", (attempt) => write("reconnected after %d attempts", attempt));
}

function watchSession(session: Session, write: Write): void {
  write("opening %s", session.transport?.name);
  session.on("packet", ({ type, data }) => write("received %s %O", type, data));
  session.on("packetCreate", ({ type, data }) => write("sending %s %O", type, data));
  session.on("upgrading", ({ name }) => write("probing %s", name));
  session.on("upgrade", ({ name }) => write("upgraded to %s", name));
  session.on("upgradeError", ({ message }) => write("upgrade failed: %s", message));
  session.on("error", (error) => write("error: %s", error));
  session.on("close", (reason) => write("closed: %s", reason));
}

function watchSocket(socket: Socket, write: Write): void {
  const { nsp } = socket;
  socket.on("connect", () => write("%s connected as %s", nsp, socket.id));
  socket.on("connect_error", (error) => write("%s not connected: %s", nsp, error.message));
  socket.on("disconnect", (reason) => write("%s disconnected: %s", nsp, reason));
  socket.onAny((event, ...args) => write("%s received %s %O", nsp, event, args));
  socket.onAnyOutgoing((event, ...args) => write("%s sending %s %O", nsp, event, args));
}
