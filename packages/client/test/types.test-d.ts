import { assertType, describe, expectTypeOf, test } from "vitest";
import type { DisconnectDescription, ManagerOptions, SocketOptions } from "../src/index.ts";
import { connect, type ExtendedError, io, Manager, type Socket } from "../src/index.ts";

interface ServerToClient {
  news: (title: string, count: number) => void;
  ask: (question: string, reply: (answer: boolean) => void) => void;
}

interface ClientToServer {
  hello: (name: string) => void;
  sum: (a: number, b: number, reply: (sum: number) => void) => void;
  save: (data: object, reply: (err: Error, id: string) => void) => void;
  message: (text: string) => void;
  done: (reply: () => void) => void;
}

describe("without maps", () => {
  const socket = io();

  test("any event with any arguments is accepted", () => {
    expectTypeOf(socket).toEqualTypeOf<Socket>();
    socket.on("anything", (a, b) => {
      expectTypeOf(a).toBeAny();
      expectTypeOf(b).toBeAny();
    });
    expectTypeOf(socket.emit("anything", 1, "2", () => {})).toEqualTypeOf<Socket>();
    expectTypeOf(socket.emitWithAck("anything", 1)).resolves.toBeAny();
    expectTypeOf(socket.timeout(10).emitWithAck("anything", 1)).resolves.toBeAny();
    socket.volatile.compress(true).emit("x");
    socket.send("a", 1);
  });

  test("reserved events have their own types", () => {
    socket.on("connect", () => {});
    socket.on("connect_error", (error) => expectTypeOf(error).toEqualTypeOf<ExtendedError>());
    socket.on("disconnect", (reason, description) => {
      expectTypeOf(reason).toEqualTypeOf<Socket.DisconnectReason>();
      expectTypeOf(description).toEqualTypeOf<DisconnectDescription | undefined>();
    });
    // @ts-expect-error the handler of `connect` gets no argument
    socket.on("connect", (x: number) => x);
  });
});

describe("with maps", () => {
  const socket: Socket<ServerToClient, ClientToServer> = io("http://localhost");

  test("listeners get the arguments of their event", () => {
    socket.on("news", (title, count) => {
      expectTypeOf(title).toEqualTypeOf<string>();
      expectTypeOf(count).toEqualTypeOf<number>();
    });
    socket.once("ask", (_, reply) => reply(true));
    socket.off("news").off();
    // @ts-expect-error not declared
    socket.on("unknown", () => {});
    // @ts-expect-error wrong argument
    socket.on("news", (title: number) => title);
  });

  test("events take their arguments", () => {
    socket.emit("hello", "you");
    socket.emit("sum", 1, 2, (sum) => expectTypeOf(sum).toEqualTypeOf<number>());
    socket.send("text");
    // @ts-expect-error not declared
    socket.emit("unknown");
    // @ts-expect-error wrong argument
    socket.emit("hello", 1);
    // @ts-expect-error one the server emits
    socket.emit("news", "a", 1);
    // @ts-expect-error reserved
    socket.emit("connect");
  });

  test("timeout() puts an error in front", () => {
    socket.timeout(10).emit("sum", 1, 2, (err, sum) => {
      expectTypeOf(err).toEqualTypeOf<Error>();
      expectTypeOf(sum).toEqualTypeOf<number>();
    });
    socket.timeout(10).emit("save", {}, (err, id) => {
      expectTypeOf(err).toEqualTypeOf<Error>();
      expectTypeOf(id).toEqualTypeOf<string>();
    });
  });

  test("emitWithAck() answers the first parameter that is not an error", () => {
    expectTypeOf(socket.emitWithAck("sum", 1, 2)).resolves.toEqualTypeOf<number>();
    expectTypeOf(socket.emitWithAck("save", {})).resolves.toEqualTypeOf<string>();
    expectTypeOf(socket.timeout(1).emitWithAck("sum", 1, 2)).resolves.toEqualTypeOf<number>();
    expectTypeOf(socket.timeout(1).emitWithAck("save", {})).resolves.toEqualTypeOf<string>();
    expectTypeOf(socket.emitWithAck("done")).resolves.toEqualTypeOf<undefined>();
    // @ts-expect-error has no acknowledgement
    socket.emitWithAck("hello", "you");
  });
});

test("a socket without maps fits where one with maps is wanted", () => {
  const untyped = io();
  assertType<Socket<ServerToClient, ClientToServer>>(untyped);
});

test("the Manager is typed too", () => {
  const manager = new Manager<ServerToClient, ClientToServer>("http://localhost", {
    reconnectionDelay: 1,
  });
  expectTypeOf(manager.socket("/x")).toEqualTypeOf<Socket<ServerToClient, ClientToServer>>();
  expectTypeOf(manager.socket("/x").io.socket("/y")).toEqualTypeOf<
    Socket<ServerToClient, ClientToServer>
  >();
  const plain: Manager = new Manager({ host: "localhost" });
  plain.on("reconnect_attempt", (attempt) => expectTypeOf(attempt).toEqualTypeOf<number>());
  plain.on("error", (error) => expectTypeOf(error).toEqualTypeOf<Error>());
  // @ts-expect-error not an event of the Manager
  plain.on("connect", () => {});
  expectTypeOf(plain.timeout()).toEqualTypeOf<number | false>();
  expectTypeOf(plain.timeout(5)).toEqualTypeOf<Manager>();
  expectTypeOf(io().io).toEqualTypeOf<Manager>();
});

test("options are checked", () => {
  assertType<Partial<ManagerOptions & SocketOptions>>({
    transports: ["websocket"],
    auth: (send) => send({ token: "x" }),
    query: { a: 1 },
    extraHeaders: { x: "y" },
    retries: 1,
  });
  connect("http://localhost", { auth: { token: 1 } });
  // @ts-expect-error wrong type
  io({ reconnectionDelay: "1" });
});
