import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server, type Socket as ServerSocket } from "socket.io";
import { type Socket as ClientSocket, io as ioc } from "socket.io-client";

declare function beforeAll(run: (done: () => void) => void): void;
declare function afterAll(run: () => void | Promise<void>): void;
declare function test(name: string, run: (done: () => void) => unknown): void;

export function waitFor(socket: ServerSocket | ClientSocket, event: string): Promise<any> {
  return new Promise((resolve) => {
    socket.once(event, resolve);
  });
}

let io: Server;
let serverSocket: ServerSocket;
let clientSocket: ClientSocket;

beforeAll((done) => {
  const httpServer = createServer();
  io = new Server(httpServer);
  httpServer.listen(() => {
    const { port } = httpServer.address() as AddressInfo;
    clientSocket = ioc(`http://localhost:${port}`);
    io.on("connection", (socket) => {
      serverSocket = socket;
    });
    clientSocket.on("connect", done);
  });
});

afterAll(() => {
  io.close();
  clientSocket.disconnect();
});
afterAll(async () => {
  await io.close();
  await new Promise<void>((resolve) => io.close(() => resolve()));
});

test("works", (done) => {
  clientSocket.on("hello", (arg) => {
    console.log(arg === "world");
    done();
  });
  serverSocket.emit("hello", "world");
});
test("acknowledges", async () => {
  serverSocket.on("hi", (callback) => callback("hola"));
  serverSocket.on("bar", (callback: (text: string) => void) => callback("baz"));
  const result = await clientSocket.emitWithAck("hi");
  console.log(result === "hola");
});
test("waits", () => {
  clientSocket.emit("baz");
  return waitFor(serverSocket, "baz");
});
