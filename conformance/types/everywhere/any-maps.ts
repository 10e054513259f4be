import { Server, type Socket } from "socket.io";
import { type Socket as ClientSocket, io as connect } from "socket.io-client";

const io = new Server<any, any, any, any>();
io.on("connection", (socket) => {
  socket.emit("x", 1, () => {});
  socket.on("x", (a: number, b: string) => [a, b]);
  socket.data.x = 1;
});
io.emit("anything", 1, 2);
io.to("a").emit("x");
io.serverSideEmit("x", 1);

const half = new Server<any, { news: (text: string) => void }>();
half.on("connection", (socket) => {
  socket.on("whatever", (...args: any[]) => args);
  socket.emit("news", "x");
  // @ts-expect-error not declared
  socket.emit("olds", "x");
});

const client: ClientSocket<any, any> = connect();
client.on("x", (a: number) => a);
client.emit("x", 1, (b: string) => b);
client.emitWithAck("x", 1).then((value) => value.anything);

const loose = new Server();
loose.emit("x", 1, { a: 1 }, Buffer.alloc(1), new Uint8Array(1), null, undefined);
loose.timeout(1).emit("x", (err: Error, replies: any[]) => [err, replies]);
loose.timeout(1).emit("x", (err: any, replies: any) => [err, replies]);
loose.emit("x", (err: any, replies: any) => [err, replies]);
loose
  .timeout(1)
  .emitWithAck("x", 1)
  .then((replies) => replies.length);
loose.on("connection", (socket: Socket) => {
  socket.on("x", (a, b, callback) => callback(a + b));
  socket.on("y", async ({ a, b }: { a: number; b?: string }, callback?: (n: number) => void) => {
    callback?.(a + Number(b));
  });
  socket.on("z", function (this: Socket, ...args: unknown[]) {
    return [this.id, args];
  });
  socket.emit("hello", "world", (reply: string) => reply.trim());
  socket.emitWithAck("hello").then((reply) => reply.trim());
  socket.send("a", 1).write("b");
});
loose.send("x").write("y");
