import { describe, expectTypeOf, test } from "vitest";
import type { Namespace, RemoteSocket, Server, Socket } from "../src/index.ts";

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

declare const io: Server<ClientToServer, ServerToClient, InterServer, Data>;
declare const socket: Socket<ClientToServer, ServerToClient, InterServer, Data>;
declare const nsp: Namespace<ClientToServer, ServerToClient, InterServer, Data>;

describe("broadcasting", () => {
  test("io.emit takes events without acknowledgement only", () => {
    io.emit("news", "text", 1);
    nsp.emit("news", "text", 1);
    io.send("text");
    // @ts-expect-error ends in a callback
    io.emit("ask", "why", () => {});
    // @ts-expect-error ends in a callback
    nsp.emit("askSafely", () => {});
    // @ts-expect-error not declared
    io.emit("unknown");
  });

  test("after timeout callbacks get an error and all answers", () => {
    io.timeout(1).emit("ask", "why", (err, answers) => {
      expectTypeOf(err).toEqualTypeOf<Error>();
      expectTypeOf(answers).toEqualTypeOf<number[]>();
    });
    socket
      .to("r")
      .timeout(1)
      .emit("ask", "why", (err, answers) => {
        expectTypeOf(err).toEqualTypeOf<Error>();
        expectTypeOf(answers).toEqualTypeOf<number[]>();
      });
    io.timeout(1).emit("askSafely", (err, answers) => {
      expectTypeOf(err).toEqualTypeOf<Error>();
      expectTypeOf(answers).toEqualTypeOf<boolean[]>();
    });
  });

  test("emitWithAck follows timeout and resolves with all answers", () => {
    expectTypeOf(io.timeout(1).emitWithAck("ask", "why")).resolves.toEqualTypeOf<number[]>();
    expectTypeOf(io.to("r").timeout(1).emitWithAck("askSafely")).resolves.toEqualTypeOf<
      boolean[]
    >();
    // @ts-expect-error has no acknowledgement
    io.timeout(1).emitWithAck("news", "text", 1);
    // @ts-expect-error without timeout there is no error in front
    io.to("r").emitWithAck("ask", "why");
  });

  test("a remote socket carries events and data", () => {
    type Remote = RemoteSocket<ServerToClient, Data>;
    const remote = {} as Remote;
    expectTypeOf<Remote["data"]>().toEqualTypeOf<Data>();
    expectTypeOf<Remote["rooms"]>().toEqualTypeOf<Set<string>>();
    const use = () => {
      remote.emit("news", "text", 1);
      // @ts-expect-error not declared
      remote.emit("unknown");
    };
    expectTypeOf(use).toBeFunction();
  });
});

describe("between servers", () => {
  test("io.on and serverSideEmit are typed by the events of the cluster", () => {
    io.on("sync", (at) => expectTypeOf(at).toEqualTypeOf<number>());
    nsp.on("sync", (at) => expectTypeOf(at).toEqualTypeOf<number>());
    io.serverSideEmit("sync", 1);
    io.serverSideEmit("count", (err, all) => {
      expectTypeOf(err).toEqualTypeOf<Error>();
      expectTypeOf(all).toEqualTypeOf<number[]>();
    });
    expectTypeOf(io.serverSideEmitWithAck("count")).resolves.toEqualTypeOf<number[]>();
    // @ts-expect-error not declared
    io.on("unknown", () => {});
    // @ts-expect-error a client's event
    io.on("hello", () => {});
    // @ts-expect-error a client's event
    io.serverSideEmit("news", "text", 1);
    // @ts-expect-error has no acknowledgement
    io.serverSideEmitWithAck("sync", 1);
  });
});
