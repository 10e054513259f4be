import { Server, type Socket } from "socket.io";
import { type Socket as ClientSocket, io as connect } from "socket.io-client";

type AnyMap = Record<string, (...args: any[]) => void>;

/** What both sides of an application have in common. */
export class Logged<Listen extends AnyMap, Emit extends AnyMap> {
  constructor(client: ClientSocket<Listen, Emit>, socket: Socket<Listen, Emit>) {
    client.on("connect", () => console.log(client.id));
    client.on("connect_error", (error) => console.log(error.message));
    client.on("disconnect", (reason) => console.log(reason.length));
    socket.on("disconnect", (reason) => console.log(reason.length));
    socket.on("disconnecting", (reason) => console.log(reason.length));
    socket.on("error", (error) => console.log(error.message));
  }
}

export function whenReady<Listen extends { ready: () => void }>(
  socket: ClientSocket<Listen, any>,
): void {
  socket.on("connect", () => {});
  socket.on("disconnect", (reason) => reason.length);
}

export function logged<S extends Socket>(socket: S): S {
  socket.on("disconnect", (reason) => reason.length);
  socket.on("x", (anything) => anything);
  socket.emit("a", 1);
  return socket;
}

export function loggedClient<S extends ClientSocket>(socket: S): S {
  socket.on("disconnect", (reason) => reason.length);
  socket.emit("a", 1);
  return socket;
}

// A map that names events of the library too.
interface WithReserved {
  connect: () => void;
  disconnect: (why: string) => void;
  news: (text: string) => void;
}
const client: ClientSocket<WithReserved, WithReserved> = connect();
client.on("disconnect", (reason) => reason.length);
client.on("news", (text) => text.trim());
new Server<WithReserved, WithReserved>().on("connection", (socket) => {
  socket.on("disconnect", (reason, description) => [reason, description]);
});
