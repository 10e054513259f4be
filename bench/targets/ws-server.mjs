// The API that `application.mjs` uses, on `ws` alone.
import { createServer } from "node:http";
import { WebSocketServer } from "ws";
import { BareSocket } from "./bare.mjs";

class WsSocket extends BareSocket {
  constructor(ws, rooms) {
    super();
    this.ws = ws;
    this.rooms = rooms;
    this.joined = new Set();
  }

  sendText(text) {
    this.ws.send(text);
  }

  sendBytes(data) {
    this.ws.send(data);
  }

  join(room) {
    let members = this.rooms.get(room);
    if (!members) {
      members = new Set();
      this.rooms.set(room, members);
    }
    members.add(this.ws);
    this.joined.add(room);
  }

  leave(room) {
    const members = this.rooms.get(room);
    members?.delete(this.ws);
    if (members?.size === 0) {
      this.rooms.delete(room);
    }
    this.joined.delete(room);
  }

  receiveClose() {
    for (const room of this.joined) {
      this.leave(room);
    }
    super.receiveClose();
  }
}

/** `on`, `emit` and `to` as `application.mjs` calls them. */
export class WsServer {
  rooms = new Map();
  members = new Set();
  onConnection;

  constructor(http) {
    const server = new WebSocketServer({ server: http });
    server.on("connection", (ws) => {
      const socket = new WsSocket(ws, this.rooms);
      ws.on("message", (data, isBinary) => {
        if (isBinary) {
          socket.receiveBytes(data);
        } else {
          socket.receiveText(data.toString(), () => {
            this.members.add(ws);
            this.onConnection(socket);
          });
        }
      });
      ws.on("close", () => {
        this.members.delete(ws);
        socket.receiveClose();
      });
      // A connection that is reset is closed as well.
      ws.on("error", () => {});
      socket.greet();
    });
  }

  on(_connection, listener) {
    this.onConnection = listener;
  }

  emit(event, ...args) {
    send(this.members, JSON.stringify([event, ...args]));
  }

  to(room) {
    const members = this.rooms.get(room) ?? [];
    return { emit: (event, ...args) => send(members, JSON.stringify([event, ...args])) };
  }
}

/** A broadcast is encoded once, also to bytes. */
function send(members, text) {
  const data = Buffer.from(text);
  for (const ws of members) {
    ws.send(data, { binary: false });
  }
}

/** @param {typeof WsServer} Server @returns how `application.mjs` starts it */
export function listenBare(Server) {
  return async () => {
    const http = createServer();
    const io = new Server(http);
    await new Promise((resolve) => http.listen(0, "0.0.0.0", 1024, resolve));
    return { io, port: http.address().port };
  };
}
