import { type DefaultEventsMap, type Namespace, Server, type Socket } from "socket.io";
import {
  type Socket as ClientSocket,
  io as connect,
  Manager,
  type ManagerOptions,
  type SocketOptions,
} from "socket.io-client";

interface FromServer {
  news: (text: string) => void;
  none: () => void;
}
interface FromClient {
  hello: (name: string) => void;
}
interface Data {
  user?: string;
}
type AppServer = Server<FromClient, FromServer, DefaultEventsMap, Data>;

const io: AppServer = new Server();

type EmitArguments = Parameters<Socket["emit"]>;
const emitArguments: EmitArguments = ["x", 1, 2];
type OnArguments = Parameters<ClientSocket["on"]>;
const onArguments: OnArguments = ["x", () => {}];
type SocketOfServer = Parameters<Parameters<AppServer["use"]>[0]>[0];
export const greet = (socket: SocketOfServer): boolean => socket.emit("news", "hi");
const middleware: Parameters<typeof io.use>[0] = (socket, next) => {
  socket.data.user = "x";
  next();
};
io.use(middleware);
type ServerArguments = ConstructorParameters<typeof Server>;
type AnyServer = InstanceType<typeof Server>;
export const make = (...args: ServerArguments): AnyServer => new Server(...args);

// A part of the interface is enough for much.
interface CanEmitNews {
  emit(event: "news", text: string): unknown;
}
const receivers: CanEmitNews[] = [io, io.of("/"), io.to("x"), io.volatile];
io.on("connection", (socket) => receivers.push(socket, socket.broadcast));
let operator = io.to("a");
for (const room of ["b", "c"]) {
  operator = operator.to(room);
}
operator.emit("news", "x");
const namespaces: Namespace[] = [io.of("/a"), new Server().of("/b")];
const clients: ClientSocket[] = [connect() as ClientSocket<FromServer, FromClient>, connect()];

const client: ClientSocket<FromServer, FromClient> = connect();
for (const event of ["news", "none"] as const) {
  client.on(event, () => {});
  client.off(event);
}
for (const event of ["connect", "news"] as const) {
  client.on(event, () => {});
}
const larger: ClientSocket<FromServer & { more: (n: number) => void }, FromClient> = connect();
larger.on("more", (n) => n.toFixed());
const smaller: ClientSocket<FromServer, FromClient> = larger;
(client as ClientSocket).on("anything", () => {});
export const news = new Promise<string>((resolve) => client.once("news", resolve));
export const connected = new Promise<void>((resolve) => client.once("connect", resolve));

const managerOptions: Partial<ManagerOptions> = { transports: ["websocket"] };
const socketOptions: Partial<SocketOptions> = { retries: 1 };
connect({ ...managerOptions, ...socketOptions });
new Manager("http://localhost", managerOptions).socket("/", socketOptions);

export function register(socket: Socket, handlers: Record<string, (...args: any[]) => void>): void {
  for (const [name, handler] of Object.entries(handlers)) {
    socket.on(name, handler);
  }
}
console.log(emitArguments, onArguments, namespaces, clients, smaller);
