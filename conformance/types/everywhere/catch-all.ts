import { type Event, Server, type Socket } from "socket.io";
import { io as connect } from "socket.io-client";

const io = new Server();

const logger = (event: string, ...args: unknown[]) => console.log(event, args);

function limit(socket: Socket) {
  return (event: Event, next: (err?: Error) => void) => {
    const [name, ...args] = event;
    next(args.length > 3 ? new Error(`${name} of ${socket.id}`) : undefined);
  };
}

io.on("connection", (socket) => {
  socket.use(limit(socket));
  socket.use(([event, ...args], next) => {
    if (event.startsWith("admin:") && !args[0]) {
      return next(new Error("unauthorized event"));
    }
    next();
  });
  socket.use(async ([, payload], next) => {
    payload.checked = true;
    next();
  });
  socket.onAny(logger);
  socket.prependAny(logger);
  socket.offAny(logger).offAny();
  socket.onAnyOutgoing((event, ...args) => console.log(event.length, args));
  socket.prependAnyOutgoing(logger);
  socket.offAnyOutgoing();
  const all: Function[] = [...socket.listenersAny(), ...socket.listenersAnyOutgoing()];
  console.log(all.length, socket.listenerCount("x"), socket.eventNames());
  socket.once("x", (...args) => console.log(args));
  const listener = (...args: any[]) => console.log(args);
  socket.on("x", listener).off("x", listener).removeListener("x", listener);
  socket.addListener("x", listener);
  socket.removeAllListeners("x").removeAllListeners();
  socket.setMaxListeners(20);
  console.log(socket.listeners("x").length, socket.listeners("disconnect").length);
});
io.off("connection", () => {});
io.removeAllListeners("connection");
console.log(io.listenerCount("connection"), io.listeners("connection").length);

const client = connect();
client.onAny(logger).prependAny(logger).offAny(logger).offAny();
client.onAnyOutgoing(logger);
client.offAnyOutgoing();
client.once("x", logger);
client.off("x", logger).off("x").off();
client.removeListener("x", logger);
client.removeAllListeners("x");
client.removeAllListeners();
console.log(client.listeners("x").length, client.hasListeners("x"), client.listenersAny().length);
client.on("x", logger).on("y", logger).emit("z").compress(true).volatile.emit("w");
