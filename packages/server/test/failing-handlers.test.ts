import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const folder = fileURLToPath(new URL("..", import.meta.url));

/**
 * Runs a server and an official client in a process of its own, and answers what it prints and what
 * surfaced there as uncaught. `setUp` sees `io`, `boom(name)` makes an error, `log` is printed.
 */
async function surface(
  setUp: string,
  drive: string,
): Promise<{ uncaught: string[]; log: unknown[] }> {
  const program = `
    import { createServer } from "node:http";
    import { Server } from "@hawser/server";
    import { io as connect } from "socket.io-client";
    const uncaught = [];
    const log = [];
    process.on("uncaughtException", (error) => uncaught.push(error.message));
    const http = createServer();
    const io = new Server(http);
    ${setUp}
    await new Promise((resolve) => http.listen(0, "127.0.0.1", resolve));
    const url = "http://127.0.0.1:" + http.address().port;
    const open = (path = "") => connect(url + path, { transports: ["websocket"], forceNew: true, reconnection: false });
    const once = (emitter, event) => new Promise((resolve) => emitter.once(event, (...args) => resolve(args)));
    ${drive}
    await new Promise((resolve) => setImmediate(resolve));
    console.log(JSON.stringify({ uncaught, log }));
    process.exit(0);`;
  const args = ["--input-type=module", "--eval", program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder });
  return JSON.parse(stdout);
}

test("an error of a listener surfaces as uncaught, and harms neither that socket nor others", async () => {
  const { uncaught, log } = await surface(
    `io.on("connection", (socket) => {
      socket.on("bad", () => { throw new Error("in a listener"); });
      socket.on("good", (reply) => reply("fine"));
    });`,
    `const [a, b] = [open(), open()];
    a.emit("bad");
    log.push(await a.emitWithAck("good"), await b.emitWithAck("good"), a.connected);`,
  );
  expect(uncaught).toEqual(["in a listener"]);
  expect(log).toEqual(["fine", "fine", true]);
});

test("an error of a connection listener leaves the client connected", async () => {
  const { uncaught, log } = await surface(
    `io.on("connection", () => { throw new Error("in connection"); });`,
    `const a = open();
    await once(a, "connect");
    log.push(io.sockets.sockets.size);`,
  );
  expect(uncaught).toEqual(["in connection"]);
  expect(log).toEqual([1]);
});

test("errors at the end do not keep other sockets from ending", async () => {
  const { uncaught, log } = await surface(
    `io.on("connection", (socket) => {
      socket.on("disconnecting", () => { throw new Error("in disconnecting"); });
      socket.on("disconnect", () => { throw new Error("in disconnect"); });
    });
    io.of("/b").on("connection", (socket) => socket.on("disconnect", (reason) => log.push(reason)));`,
    `const a = open();
    const b = a.io.socket("/b");
    await Promise.all([once(a, "connect"), once(b, "connect")]);
    const closed = once([...io.of("/b").sockets.values()][0], "disconnect");
    a.io.engine.close();
    await closed;
    log.push(io.sockets.sockets.size, io.sockets.adapter.rooms.size, io.engine.clientsCount);`,
  );
  expect(uncaught).toEqual(["in disconnecting", "in disconnect"]);
  expect(log).toEqual(["transport close", 0, 0, 0]);
});

test("errors of middlewares, catch-all listeners and acknowledgements surface one by one", async () => {
  const { uncaught, log } = await surface(
    `io.on("connection", (socket) => {
      socket.onAny((name) => { if (name === "any") throw new Error("in onAny"); });
      socket.use(([name], next) => { if (name === "use") throw new Error("in use"); next(); });
      socket.on("ask", () => socket.emit("asked", () => { throw new Error("in an acknowledgement"); }));
      socket.on("error", () => { throw new Error("in error"); });
      socket.on("good", (reply) => reply("fine"));
    });
    io.of("/guarded").use(() => { throw new Error("in a namespace middleware"); });`,
    `const a = open();
    a.on("asked", (reply) => { reply(); a.emit("done"); });
    a.emit("any");
    a.emit("use");
    a.emit("error");
    a.emit("ask");
    await once(a, "asked");
    log.push(await a.emitWithAck("good"));
    const guarded = open("/guarded");
    await once(guarded.io, "open");
    log.push(await a.emitWithAck("good"));`,
  );
  expect(uncaught.slice(0, 4)).toEqual(["in onAny", "in use", "in error", "in an acknowledgement"]);
  expect(log).toEqual(["fine", "fine"]);
});

test("a rejection of an async listener surfaces as Node has it", async () => {
  const { uncaught, log } = await surface(
    `io.on("connection", (socket) => {
      socket.on("bad", async () => { throw new Error("in an async listener"); });
      socket.on("good", (reply) => reply("fine"));
    });`,
    `const a = open();
    a.emit("bad");
    log.push(await a.emitWithAck("good"));`,
  );
  expect(uncaught).toEqual(["in an async listener"]);
  expect(log).toEqual(["fine"]);
});
