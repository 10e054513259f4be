import { describe, expect, it } from "vitest";
import { until } from "../packages/testkit/src/waiting.ts";
import { DOCUMENTED, next, worldsOf } from "./documented-implementations.ts";

const SOON = { reconnectionDelay: 10, reconnectionDelayMax: 20 };

/** What the pages of Socket.IO's documentation say of the client, as scripts. */
describe.each(DOCUMENTED)("the documentation of the client, of $name", (implementation) => {
  const start = worldsOf(implementation);

  it("shares a Manager between namespaces, but not for a second socket of one", async () => {
    const { io: connect } = await implementation.client();
    const { io, url } = await start();
    io.of("/admin");
    const sockets = [url, url, `${url}/admin`, `${url}/admin`].map((uri) => connect(uri));
    const [first, second, third, fourth] = sockets.map((socket) => socket.io);
    expect([second === first, third === first, fourth === third]).toEqual([false, true, false]);
    for (const socket of sockets) socket.disconnect();
  });

  it("has `id`, `connected`, `disconnected` and `active` by its state", async () => {
    const { connect } = await start();
    const socket = connect();
    const state = () => [socket.id?.length, socket.connected, socket.disconnected, socket.active];
    expect(state()).toEqual([undefined, false, true, true]);
    await next(socket, "connect");
    expect(state()).toEqual([20, true, false, true]);
    const ended = next(socket, "disconnect");
    expect(socket.disconnect()).toBe(socket);
    expect(await ended).toEqual(["io client disconnect", undefined]);
    expect(state()).toEqual([undefined, false, true, false]);
  });

  it("sends `auth`, `query` and `extraHeaders` with the handshake", async () => {
    const { io, connect } = await start();
    const handshake = new Promise((resolve) => {
      io.on("connection", (socket) => {
        const { auth, query, headers } = socket.handshake;
        resolve([auth, query.x, query.EIO, headers["my-custom-header"]]);
      });
    });
    connect({
      auth: (callback) => callback({ token: "abcd" }),
      query: { x: 42 },
      extraHeaders: { "my-custom-header": "1234" },
    });
    expect(await handshake).toEqual([{ token: "abcd" }, "42", "4", "1234"]);
  });

  it("connects after a refusal once its credentials are right", async () => {
    const { io, connect } = await start();
    io.use(({ handshake }, callback) => {
      const error = Object.assign(new Error("not authorized"), {
        data: { content: "Please retry later" },
      });
      callback(handshake.auth.token === "abcd" ? undefined : error);
    });
    const socket = connect({ auth: { token: "" } });
    const [error] = await next<[Error & { data?: unknown }]>(socket, "connect_error");
    expect(error).toBeInstanceOf(Error);
    expect([error.message, error.data, socket.active]).toEqual([
      "not authorized",
      { content: "Please retry later" },
      false,
    ]);
    Object.assign(socket.auth, { token: "abcd" });
    socket.connect();
    await next(socket, "connect");
    Object.assign(socket.auth, { token: "efgh" });
    socket.disconnect().connect();
    await next(socket, "connect_error");
  });

  it("goes back to polling when WebSocket is refused, as `connect_error` sets it", async () => {
    const { connect } = await start({ transports: ["polling"] });
    const socket = connect({ ...SOON, transports: ["websocket", "polling"] });
    const errors: string[] = [];
    socket.on("connect_error", ({ message }) => {
      errors.push(message);
      socket.io.opts.transports = ["polling", "websocket"];
    });
    await next(socket, "connect");
    expect([errors, socket.io.engine.transport.name]).toEqual([["websocket error"], "polling"]);
  });

  it("tries all transports, with `tryAllTransports`", async () => {
    const { connect } = await start({ transports: ["polling"] });
    const socket = connect({ transports: ["websocket", "polling"], tryAllTransports: true });
    await next(socket, "connect");
    expect(socket.io.engine.transport.name).toBe("polling");
  });

  it("sends a `query` that was changed before the reconnection", async () => {
    const { io, connect } = await start();
    const seen: unknown[] = [];
    io.on("connection", ({ handshake }) => seen.push(handshake.query.x));
    const query = { x: 1 };
    const socket = connect({ ...SOON, query });
    await next(socket, "connect");
    socket.io.on("reconnect_attempt", () => {
      query.x++;
    });
    socket.io.engine.close();
    await next(socket, "connect");
    expect(seen).toEqual(["1", "2"]);
  });

  it("tells of reconnections on the Manager", async () => {
    const { connect } = await start();
    const socket = connect(SOON);
    await next(socket, "connect");
    const seen: unknown[] = [];
    socket.io.on("close", (reason) => seen.push(["close", reason]));
    socket.io.on("reconnect_attempt", (attempt) => seen.push(["reconnect_attempt", attempt]));
    socket.io.on("open", () => seen.push("open"));
    socket.io.on("reconnect", (attempt) => seen.push(["reconnect", attempt]));
    socket.io.engine.close();
    await next(socket, "connect");
    expect(seen).toEqual([
      ["close", "forced close"],
      ["reconnect_attempt", 1],
      "open",
      ["reconnect", 1],
    ]);
  });

  it("says why it could not connect", async () => {
    const { connect } = await start({ allowRequest: (_req, callback) => callback("no", false) });
    const polling = connect({ reconnection: false });
    type Failure = Error & { description?: unknown; context?: { status?: number } };
    const [error] = await next<[Failure]>(polling, "connect_error");
    expect([error.message, error.description, error.context?.status]).toEqual([
      "xhr poll error",
      403,
      403,
    ]);
    const ws = connect({ reconnection: false, transports: ["websocket"] });
    expect((await next<[Failure]>(ws, "connect_error"))[0].message).toBe("websocket error");
  });

  it("gives an acknowledgement up after `timeout`, and tries again with `retries`", async () => {
    const { io, connect } = await start();
    let tries = 0;
    io.on("connection", (socket) => {
      socket.on("chat message", (_message, callback) => ++tries === 3 && callback("ok"));
    });
    const impatient = connect();
    await next(impatient, "connect");
    await expect(impatient.timeout(20).emitWithAck("unknown")).rejects.toThrow(
      "operation has timed out",
    );
    const patient = connect({ retries: 3, ackTimeout: 50 });
    const answer = await new Promise((resolve) =>
      patient.emit("chat message", "hi", (...args: unknown[]) => resolve(args)),
    );
    expect([tries, answer]).toEqual([3, [null, "ok"]]);
  });

  it("buffers while it is disconnected, unless volatile, until the buffer is emptied", async () => {
    const { io, connect } = await start();
    const heard: unknown[] = [];
    io.on("connection", (socket) => socket.onAny((_event, value) => heard.push(value)));
    const socket = connect();
    await next(socket, "connect");
    socket.disconnect();
    socket.emit("n", 1);
    socket.volatile.emit("n", 2);
    expect(socket.sendBuffer).toHaveLength(1);
    socket.sendBuffer = [];
    socket.emit("n", 3);
    socket.connect();
    await until(() => heard.length > 0);
    expect(heard).toEqual([3]);
  });

  it("is recovered with its id, its rooms and what it missed", async () => {
    const { io, connect } = await start({ connectionStateRecovery: {} });
    const recovered: boolean[] = [];
    io.on("connection", (socket) => {
      recovered.push(socket.recovered);
      if (!socket.recovered) socket.join("room");
    });
    const socket = connect(SOON);
    const heard: unknown[] = [];
    socket.on("news", (value) => heard.push(value));
    await next(socket, "connect");
    const { id } = socket;
    io.emit("news", 1);
    await until(() => heard.length === 1);
    socket.io.engine.close();
    await until(() => io.engine.clientsCount === 0);
    io.to("room").emit("news", 2);
    await next(socket, "connect");
    await until(() => heard.length === 2);
    expect([recovered, socket.recovered, socket.id === id, heard]).toEqual([
      [false, true],
      true,
      true,
      [1, 2],
    ]);
  });
});
