import { createServer, type Server as HttpServer } from "node:http";
import type { Server as HttpsServer } from "node:https";
import { describe, expectTypeOf, test } from "vitest";
import type {
  DecorateAcknowledgements,
  DecorateAcknowledgementsWithMultipleResponses,
} from "../src/events.ts";
import {
  type BroadcastOperator,
  type DefaultEventsMap,
  type DisconnectReason,
  type Event,
  type ExtendedError,
  type Namespace,
  type RemoteSocket,
  Server,
  type ServerOptions,
  type Socket,
} from "../src/index.ts";

interface ClientToServer {
  hello: (name: string, reply: (greeting: string) => void) => void;
  bye: () => void;
}

interface ServerToClient {
  news: (text: string, count: number) => void;
  ask: (question: string, reply: (answer: number) => void) => void;
  askSafely: (reply: (err: Error, answer: boolean) => void) => void;
  message: (text: string) => void;
}

interface InterServer {
  sync: (at: number) => void;
  count: (reply: (n: number) => void) => void;
}

interface Data {
  user: string;
}

type TypedServer = Server<ClientToServer, ServerToClient, InterServer, Data>;
type TypedSocket = Socket<ClientToServer, ServerToClient, InterServer, Data>;

declare const io: TypedServer;
declare const socket: TypedSocket;
declare const nsp: Namespace<ClientToServer, ServerToClient, InterServer, Data>;

describe("the constructor", () => {
  test("takes options, an HTTP server, a port, or nothing", () => {
    new Server();
    new Server({ pingInterval: 1 });
    new Server(3000, { path: "/x" });
    new Server(createServer());
    new Server(undefined, { cors: { origin: "*" } });
    expectTypeOf<HttpServer>().toExtend<ConstructorParameters<typeof Server>[0]>();
    expectTypeOf<HttpsServer>().toExtend<ConstructorParameters<typeof Server>[0]>();
    // @ts-expect-error a string is no option value of that kind
    new Server({ pingInterval: "1" });
    // @ts-expect-error an unknown transport
    new Server({ transports: ["carrier pigeon"] });
    expectTypeOf<ServerOptions["pingTimeout"]>().toEqualTypeOf<number>();
  });

  test("passes its type parameters on", () => {
    expectTypeOf(io.sockets).toEqualTypeOf<
      Namespace<ClientToServer, ServerToClient, InterServer, Data>
    >();
    expectTypeOf(io.of("/x")).toEqualTypeOf(io.sockets);
    expectTypeOf(io.of(/x/)).toEqualTypeOf(io.sockets);
    io.on("connection", (s) => expectTypeOf(s).toEqualTypeOf<TypedSocket>());
    io.on("connect", (s) => expectTypeOf(s).toEqualTypeOf<TypedSocket>());
    io.use((s, next) => {
      expectTypeOf(s).toEqualTypeOf<TypedSocket>();
      expectTypeOf(next).parameter(0).toEqualTypeOf<ExtendedError | undefined>();
    });
    io.of("/x", (s) => expectTypeOf(s).toEqualTypeOf<TypedSocket>());
    expectTypeOf(nsp.sockets).toEqualTypeOf<Map<string, TypedSocket>>();
    expectTypeOf(nsp.fetchSockets()).resolves.toEqualTypeOf<RemoteSocket<ServerToClient, Data>[]>();
    expectTypeOf(io.fetchSockets()).resolves.toEqualTypeOf<RemoteSocket<ServerToClient, Data>[]>();
  });
});

describe("without maps", () => {
  test("any name and any arguments are allowed", () => {
    const untyped = new Server();
    expectTypeOf(untyped).toEqualTypeOf<
      Server<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, any>
    >();
    untyped.emit("anything", 1, {}, null);
    untyped.timeout(1).emit("anything", 1, (err: Error, all: unknown[]) => [err, all]);
    untyped.serverSideEmit("anything", 1);
    untyped.on("connection", (s) => {
      s.emit("x", 1, () => {});
      s.on("x", (a, b) => [a, b]);
      s.on("x", async (a) => a);
      s.data.anything = 1;
      expectTypeOf(s.emitWithAck("x", 1)).resolves.toBeAny();
      expectTypeOf(s.timeout(1).emitWithAck("x", 1)).resolves.toBeAny();
    });
    expectTypeOf(untyped.timeout(1).emitWithAck("x")).resolves.toBeAny();
    expectTypeOf<Socket["data"]>().toBeAny();
  });

  test("any as a map disables all checks", () => {
    const anything = new Server<any, any, any, any>();
    anything.emit("x", 1);
    anything.on("connection", (s) => {
      s.emit("x", 1);
      s.on("x", (a: number) => a);
    });
  });
});

describe("socket.on", () => {
  test("is typed by what clients emit, and by the library's own events", () => {
    socket.on("hello", (name, reply) => {
      expectTypeOf(name).toEqualTypeOf<string>();
      expectTypeOf(reply).toEqualTypeOf<(greeting: string) => void>();
    });
    socket.once("bye", async () => {});
    socket.on("disconnect", (reason) => {
      expectTypeOf(reason).toEqualTypeOf<DisconnectReason>();
    });
    socket.on("disconnecting", (reason) => expectTypeOf(reason).toEqualTypeOf<DisconnectReason>());
    socket.on("error", (error) => expectTypeOf(error).toEqualTypeOf<Error>());
  });

  test("refuses what is not declared", () => {
    // @ts-expect-error not declared
    socket.on("unknown", () => {});
    // @ts-expect-error declared for the other direction
    socket.on("news", () => {});
    // @ts-expect-error the first argument is a string
    socket.on("hello", (name: number) => name);
    // @ts-expect-error the acknowledgement takes a string
    socket.on("hello", (_name, reply) => reply(1));
  });

  test("sees every event in catch-all listeners and middlewares", () => {
    socket.onAny((name, ...args) => {
      expectTypeOf(name).toEqualTypeOf<string>();
      expectTypeOf(args).toEqualTypeOf<any[]>();
    });
    socket.use((event, next) => {
      expectTypeOf(event).toEqualTypeOf<Event>();
      next(new Error("no"));
    });
  });
});

describe("socket.emit", () => {
  test("is typed by what clients listen to", () => {
    expectTypeOf(socket.emit("news", "text", 1)).toEqualTypeOf<boolean>();
    socket.emit("ask", "why", (answer) => expectTypeOf(answer).toEqualTypeOf<number>());
    socket.emit("askSafely", (err, answer) => {
      expectTypeOf(err).toEqualTypeOf<Error>();
      expectTypeOf(answer).toEqualTypeOf<boolean>();
    });
    expectTypeOf(socket.send("text")).toEqualTypeOf(socket);
  });

  test("refuses what is not declared", () => {
    // @ts-expect-error not declared
    socket.emit("unknown");
    // @ts-expect-error declared for the other direction
    socket.emit("bye");
    // @ts-expect-error an argument is missing
    socket.emit("news", "text");
    // @ts-expect-error an argument has the wrong type
    socket.emit("news", "text", "one");
    // @ts-expect-error an argument too many
    socket.emit("news", "text", 1, 2);
    // @ts-expect-error the acknowledgement is missing
    socket.emit("ask", "why");
    // @ts-expect-error message takes a string
    socket.send(1);
  });

  test("has an error in front of the answer after timeout, unless it is there already", () => {
    socket.timeout(1).emit("ask", "why", (err, answer) => {
      expectTypeOf(err).toEqualTypeOf<Error>();
      expectTypeOf(answer).toEqualTypeOf<number>();
    });
    socket.timeout(1).emit("askSafely", (err, answer) => {
      expectTypeOf(err).toEqualTypeOf<Error>();
      expectTypeOf(answer).toEqualTypeOf<boolean>();
    });
    expectTypeOf(socket.timeout(1)).toEqualTypeOf<
      Socket<ClientToServer, DecorateAcknowledgements<ServerToClient>, InterServer, Data>
    >();
  });

  test("WithAck takes only what is acknowledged, and resolves with the answer", () => {
    expectTypeOf(socket.emitWithAck("ask", "why")).resolves.toEqualTypeOf<number>();
    expectTypeOf(socket.emitWithAck("askSafely")).resolves.toEqualTypeOf<boolean>();
    expectTypeOf(socket.timeout(1).emitWithAck("ask", "why")).resolves.toEqualTypeOf<number>();
    // @ts-expect-error has no acknowledgement
    socket.emitWithAck("news", "text", 1);
    // @ts-expect-error an argument is missing
    socket.emitWithAck("ask");
  });
});

describe("a socket", () => {
  test("carries its data, whole", () => {
    expectTypeOf(socket.data).toEqualTypeOf<Data>();
    expectTypeOf(socket.data.user).toEqualTypeOf<string>();
    // @ts-expect-error not declared
    socket.data.nobody;
  });

  test("joins and leaves at once or later", () => {
    expectTypeOf(socket.join(["a", "b"])).toEqualTypeOf<Promise<void> | void>();
    expectTypeOf(socket.leave("a")).toEqualTypeOf<Promise<void> | void>();
    // @ts-expect-error rooms are strings
    socket.join(1);
  });

  test("makes operators whose answers are arrays", () => {
    type Operator = BroadcastOperator<
      DecorateAcknowledgementsWithMultipleResponses<ServerToClient>,
      Data
    >;
    expectTypeOf(socket.to("r")).toEqualTypeOf<Operator>();
    expectTypeOf(socket.in(["r"])).toEqualTypeOf<Operator>();
    expectTypeOf(socket.except("r")).toEqualTypeOf<Operator>();
    expectTypeOf(socket.broadcast).toEqualTypeOf<Operator>();
    expectTypeOf(socket.local).toEqualTypeOf<Operator>();
    expectTypeOf(io.to("r")).toEqualTypeOf<Operator>();
    expectTypeOf(io.volatile).toEqualTypeOf<Operator>();
    expectTypeOf(nsp.compress(true)).toEqualTypeOf<Operator>();
    expectTypeOf(socket.volatile).toEqualTypeOf(socket);
    expectTypeOf(socket.compress(true)).toEqualTypeOf(socket);
  });
});
