import type { DefaultEventsMap } from "socket.io";
import { type ExtendedError, Server, type Socket } from "socket.io";

interface User {
  id: string;
  roles: string[];
}

interface Data {
  user: User;
  since: number;
}

async function verify(token: string): Promise<User> {
  return { id: token, roles: [] };
}

const io = new Server<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, Data>();

io.use(async (socket, next) => {
  const token = socket.handshake.auth.token;
  if (!token) {
    const error = new Error("not authorized") as ExtendedError;
    error.data = { content: "Please retry later" };
    return next(error);
  }
  try {
    socket.data.user = await verify(token);
    socket.data.since = Date.now();
    next();
  } catch (error) {
    next(error as Error);
  }
});

io.use((socket, next) => {
  const { authorization, cookie, "x-forwarded-for": forwarded } = socket.handshake.headers;
  const { room } = socket.handshake.query;
  const bearer = authorization?.split(" ")[1];
  console.log(bearer, cookie?.length, forwarded, room, socket.handshake.address.trim());
  console.log(socket.handshake.time.length + socket.handshake.issued + socket.handshake.url.length);
  next(socket.handshake.secure || socket.handshake.xdomain ? undefined : new Error("no"));
});

/** A library's middleware, that cares about the data only. */
type AuthenticatedSocket = Socket<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, Data>;

export function requireRole(role: string) {
  return (socket: AuthenticatedSocket, next: (err?: ExtendedError) => void) => {
    next(socket.data.user.roles.includes(role) ? undefined : new Error("forbidden"));
  };
}

io.use(requireRole("editor"));
io.of("/admin").use(requireRole("admin"));

io.on("connection", (socket) => {
  socket.join(`user:${socket.data.user.id}`);
  // @ts-expect-error no such data
  socket.data.nobody;
  socket.on("whoami", (reply) => reply(socket.data.user));
});

// Nothing declared: data may hold anything.
const loose = new Server();
loose.use((socket, next) => {
  socket.data.anything = { at: 1 };
  socket.data.user.name.first = "x";
  next();
});
// @ts-expect-error an error is an error
loose.use((_socket, next) => next("no"));
