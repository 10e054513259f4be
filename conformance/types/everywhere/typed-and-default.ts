import { type Namespace, Server, type Socket } from "socket.io";
import { type Socket as ClientSocket, io as connect } from "socket.io-client";

interface FromClient {
  hello: (name: string) => void;
}
interface FromServer {
  news: (text: string) => void;
}
interface Data {
  user: string;
}

declare const typed: Server<FromClient, FromServer, {}, Data>;
declare const plain: Server;
declare const disabled: Server<any, any, any, any>;

function takesPlain(io: Server): void {
  io.emit("x");
}
function takesTyped(io: Server<FromClient, FromServer, {}, Data>): void {
  io.emit("news", "x");
}
function takesAny(io: Server<any, any, any, any>): void {
  io.emit("x");
}

takesPlain(plain);
takesTyped(typed);
takesAny(typed);
takesAny(plain);
takesPlain(disabled);
takesTyped(disabled);

function socketPlain(socket: Socket): string {
  return socket.id;
}
function socketAny(socket: Socket<any, any, any, any>): void {
  socket.emit("x", 1);
}
typed.on("connection", (socket) => {
  socketAny(socket);
  socketAny(socket as any);
});
plain.on("connection", (socket) => {
  socketPlain(socket);
  socketAny(socket);
});
plain.on("connection", (socket: Socket<FromClient, FromServer>) => socket.emit("news", "x"));

function namespaceAny(namespace: Namespace<any, any, any, any>): string {
  return namespace.name;
}
namespaceAny(typed.of("/"));
namespaceAny(plain.of("/"));

const client: ClientSocket<FromServer, FromClient> = connect();
function clientAny(socket: ClientSocket<any, any>): void {
  socket.emit("x");
}
function clientTyped(socket: ClientSocket<FromServer, FromClient>): void {
  socket.emit("hello", "x");
}
clientAny(client);
clientAny(connect());
clientTyped(connect());
clientTyped(client);
