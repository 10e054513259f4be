import defaultIo, { connect, io, Manager, protocol, type Socket } from "socket.io-client";

interface FromServer {
  news: (text: string) => void;
}
interface FromClient {
  hello: (name: string) => void;
}

const manager = new Manager("https://example.com", {
  reconnectionDelayMax: 10_000,
  query: { a: "b" },
});
const main = manager.socket("/");
const admin = manager.socket("/admin", { auth: { token: "123" } });
main.emit("x");
admin.connect().open().disconnect().close();

manager.on("reconnect", (attempt) => attempt.toFixed());
manager.on("reconnect_attempt", (attempt: number) => attempt);
manager.on("reconnect_error", (error) => error.message);
manager.on("reconnect_failed", () => {});
manager.on("error", (error) => error.message);
manager.on("ping", () => {});
manager.on("open", () => {});
manager.on("close", (reason) => reason.trim());
manager.on("packet", (packet) => console.log(packet.type, packet.data));
manager.once("open", () => {}).off("open");
manager.open((error) => error?.message);
manager.connect();
console.log(manager.reconnection(), manager.timeout(), manager.reconnectionAttempts());
manager.reconnection(false).reconnectionDelay(5).timeout(10).randomizationFactor(0.5);
manager.reconnectionAttempts(3).reconnectionDelayMax(9);

const typed = new Manager<FromServer, FromClient>("/", { autoConnect: false });
const socket: Socket<FromServer, FromClient> = typed.socket("/");
socket.emit("hello", "x");
socket.on("news", (text) => text.trim());

const other = io("http://localhost", { autoConnect: false });
other.auth = { token: "x" };
other.auth = (send) => send({ token: "y" });
other.io.on("reconnect", () => {});
other.io.on("reconnect_attempt", () => {
  other.io.opts.query = { x: "1" };
  other.io.opts.extraHeaders = { a: "b" };
  other.io.opts.transports = ["polling", "websocket"];
});
other.io.reconnection(false);
other.on("connect", () => {
  const { engine } = other.io;
  console.log(engine.transport.name, engine.id);
  engine.once("upgrade", () => console.log(engine.transport.name));
  engine.on("upgrade", (transport) => transport.name);
  engine.on("packet", ({ type, data }) => console.log(type, data));
  engine.on("packetCreate", ({ type, data }) => console.log(type, data));
  engine.on("drain", () => {});
  engine.on("close", (reason) => console.log(reason));
  engine.close();
});
other.sendBuffer = [];
other.receiveBuffer.length = 0;

connect("http://localhost").emit("x");
defaultIo("http://localhost").emit("x");
const version: number = protocol;
console.log(version, defaultIo === io);
manager.on("reconnect", (attempt: number) => attempt);
// @ts-expect-error not an event of the Manager
manager.on("reconnecting", () => {});
