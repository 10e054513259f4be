import { type Namespace, Server, type Socket } from "socket.io";

interface UserFromClient {
  rename: (to: string) => void;
}
interface UserFromServer {
  renamed: (id: string, to: string) => void;
}
interface AdminFromClient {
  ban: (user: string, done: (ok: boolean) => void) => void;
}
interface AdminFromServer {
  banned: (user: string) => void;
}
interface Between {
  refresh: () => void;
}
interface AdminData {
  role: "admin" | "root";
}

const io = new Server<UserFromClient, UserFromServer>();

const admins: Namespace<AdminFromClient, AdminFromServer, Between, AdminData> = io.of("/admin");
admins.use((socket, next) => {
  socket.data.role = "admin";
  next();
});
admins.on("connection", (socket) => {
  socket.on("ban", (user, done) => {
    admins.emit("banned", user);
    admins.to("audit").emit("banned", user);
    done(socket.data.role === "root");
  });
  // @ts-expect-error an event of the main namespace
  socket.on("rename", () => {});
});
admins.on("refresh", () => {});
// @ts-expect-error an event of the main namespace
admins.emit("renamed", "a", "b");

const again = io.of("/admin") as Namespace<AdminFromClient, AdminFromServer, Between, AdminData>;
again.emit("banned", "somebody");

const untyped: Namespace = io.of("/whatever");
untyped.on("connection", (socket: Socket) => socket.emit("anything", 1, 2, 3));

io.of("/users").on("connection", (socket) => {
  socket.on("rename", (to) => socket.nsp.emit("renamed", socket.id, to));
});

const tenants = io.of(/^\/tenant-\d+$/);
tenants.on("connection", (socket) => {
  const namespace = socket.nsp;
  console.log(namespace.name, socket.nsp.name.slice(1));
  namespace.emit("renamed", "a", "b");
});
tenants.use((_socket, next) => next());

io.of((name, auth, next) => {
  next(null, name.startsWith("/dynamic-") && auth["token"] === "secret");
});

io.of("/listener", (socket) => socket.emit("renamed", "a", "b"));

io.on("new_namespace", (namespace) => console.log(namespace.name));

for (const [id, socket] of io.of("/users").sockets) {
  console.log(id === socket.id, socket.connected);
}
console.log(io.of("/users").sockets.size, io.sockets.name);
