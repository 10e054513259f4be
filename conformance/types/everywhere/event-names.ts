import { Server, type Socket } from "socket.io";
import { type Socket as ClientSocket, io as connect } from "socket.io-client";

const enum Names {
  Hello = "hello",
  Bye = "bye",
}
const EVENTS = { created: "todo:created", removed: "todo:removed" } as const;

interface FromClient {
  [Names.Hello]: (name: string) => void;
  [Names.Bye]: () => void;
  [EVENTS.created]: (id: number) => void;
  [room: `room:${string}`]: (text: string) => void;
}

const io = new Server<FromClient, FromClient>();
io.on("connection", (socket) => {
  socket.on(Names.Hello, (name) => name);
  socket.on(EVENTS.created, (id) => id.toFixed());
  socket.on("room:1", (text) => text.trim());
  socket.emit(Names.Bye);
  socket.emit("todo:created", 1);
  socket.emit("room:42", "hi");
  io.emit("room:1", "x");
  // @ts-expect-error not declared
  socket.on(EVENTS.removed, () => {});
  // @ts-expect-error another type
  socket.emit("room:42", 1);
});

enum Life {
  Connection = "connection",
  Disconnect = "disconnect",
}
io.on(Life.Connection, (socket: Socket<any, any>) => {
  socket.on(Life.Disconnect, () => {});
});

const socket: ClientSocket = connect();
const name: string = ["a", "b"].join();
socket.on(name, (data: { a: number }) => data.a);
socket.emit(name, { a: 1 });
socket.off(name);
socket.on("a" as "a" | "b", (data: any) => data);
for (const event of ["connect", "disconnect", "message"] as const) {
  socket.on(event, () => console.log(event));
}
socket.onAny((event: string, ...args: any[]) => console.log(event, args));

const plain = new Server();
plain.on("connect", (one) => one.on("x", console.log));
plain.of("/").on("connection", (one) => one.prependAny(console.log));
