// An application that uses most of what a server has, and answers anything a stranger sends.

/** @param {import("socket.io").Server} io */
export function serve(io) {
  for (const space of [io, io.of("/chat"), io.of(/^\/dyn-.+$/), io.of(isFunctionSpace)]) {
    space.on("connection", socketOnConnect);
  }
  io.of("/closed").use((_socket, next) =>
    next(Object.assign(new Error("closed"), { data: { a: 1 } })),
  );
  io.of("/slow")
    .use((_socket, next) => setTimeout(next, 30))
    .use((socket, next) => next(socket.handshake.auth.token ? undefined : new Error("no token")))
    .on("connection", socketOnConnect);
}

function isFunctionSpace(name, auth, next) {
  setImmediate(next, null, name.startsWith("/fn-") && Object.keys(auth).length < 3);
}

function socketOnConnect(socket) {
  socket.data.count = 0;
  socket.use(([name], next) => next(name === "data" ? new Error("refused") : undefined));
  socket.onAny((_event, ...args) => {
    socket.data.count++;
    if (args.slice(0, -1).some(holdsFunction)) {
      process.emitWarning("a function has come from a stranger");
    }
  });
  for (const [event, handle] of Object.entries(HANDLERS)) {
    socket.on(event, (...args) => handle(socket, args));
  }
}

/** @param {unknown} value @param {number} [levels] */
function holdsFunction(value, levels = 5) {
  return (
    typeof value === "function" ||
    (typeof value === "object" &&
      value !== null &&
      levels > 0 &&
      !ArrayBuffer.isView(value) &&
      Object.values(value).some((item) => holdsFunction(item, levels - 1)))
  );
}

/** @param {unknown[]} args */
function reply(args, ...values) {
  const ack = args.at(-1);
  if (typeof ack === "function") {
    ack(...values);
  }
}

const isText = (value) => typeof value === "string";

/** @type {Record<string, (socket: import("socket.io").Socket, args: any[]) => void>} */
const HANDLERS = {
  echo(socket, args) {
    if (typeof args.at(-1) === "function") {
      reply(args, ...args.slice(0, -1));
    } else {
      socket.emit("echo", ...args);
    }
  },
  ask(socket, args) {
    socket.timeout(300).emit("question", () => reply(args, "late"));
    socket.emit("question", args.length, (answer) => socket.emit("answer", answer));
  },
  join(socket, [room]) {
    socket.join(isText(room) ? room.slice(0, 20) : "a");
  },
  leave(socket, [room]) {
    socket.leave(isText(room) ? room.slice(0, 20) : "a");
  },
  room(socket, [room, value]) {
    const name = isText(room) ? room.slice(0, 20) : "a";
    socket.nsp.to(name).except("nobody").emit("news", name, value);
    socket
      .to("a")
      .timeout(100)
      .emit("all", 1, () => {});
  },
  volatile(socket, [value]) {
    socket.volatile.emit("volatile", value);
    socket.compress(false).emit("plain", value);
  },
  binary(socket, args) {
    socket.emit("binary", Buffer.from("abc"), { nested: [new Uint8Array([1, 2])] }, args.length);
    reply(args, Buffer.alloc(3));
  },
  many(socket, args) {
    for (let i = 0; i < 10; i++) {
      socket.emit("one of many", i);
    }
    reply(args, "a", "b");
  },
  bye(socket, [closes]) {
    socket.disconnect(closes === true);
  },
  error() {},
};
