// Control: the same messages on µWebSockets.js, with its own publishing for rooms.
import { createRequire } from "node:module";
import { serveApplication } from "./application.mjs";
import { BareSocket } from "./bare.mjs";

const uws = createRequire(import.meta.url)("uwebsockets");
const ALL = "all";

class UwsSocket extends BareSocket {
  constructor(ws) {
    super();
    this.ws = ws;
  }

  sendText(text) {
    this.ws.send(text, false);
  }

  sendBytes(data) {
    this.ws.send(data, true);
  }

  join(room) {
    this.ws.subscribe(room);
  }

  leave(room) {
    this.ws.unsubscribe(room);
  }
}

class UwsServer {
  app = uws.App();
  onConnection;

  constructor() {
    this.app.ws("/*", {
      maxPayloadLength: 1_000_000,
      maxBackpressure: 100_000_000,
      idleTimeout: 0,
      open: (ws) => {
        const socket = new UwsSocket(ws);
        ws.getUserData().socket = socket;
        socket.greet();
      },
      message: (ws, data, isBinary) => {
        const { socket } = ws.getUserData();
        if (isBinary) {
          socket.receiveBytes(new Uint8Array(data));
        } else {
          socket.receiveText(Buffer.from(data).toString(), () => {
            ws.subscribe(ALL);
            this.onConnection(socket);
          });
        }
      },
      close: (ws) => ws.getUserData().socket.receiveClose(),
    });
  }

  on(_connection, listener) {
    this.onConnection = listener;
  }

  emit(...event) {
    this.app.publish(ALL, JSON.stringify(event), false);
  }

  to(room) {
    return { emit: (...event) => this.app.publish(room, JSON.stringify(event), false) };
  }
}

serveApplication(async () => {
  const io = new UwsServer();
  await new Promise((resolve, reject) => {
    io.app.listen("0.0.0.0", 0, (token) => {
      io.token = token;
      return token ? resolve() : reject(new Error("no port is free"));
    });
  });
  return { io, port: uws.us_socket_local_port(io.token) };
});
