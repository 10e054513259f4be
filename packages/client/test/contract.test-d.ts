import { expectTypeOf, test } from "vitest";
import { type EventsOf, io, type Socket, type SocketOf } from "../src/index.ts";

interface Chat {
  clientToServer: {
    say(text: string): void;
    join(room: string): Promise<string[]>;
  };
  serverToClient: {
    said(who: string, text: string): void;
    ready(): boolean;
  };
  data: { name: string };
}

test("a contract types the socket, in the client's order", () => {
  const socket: SocketOf<Chat> = io("/chat");
  expectTypeOf(socket).toEqualTypeOf<
    Socket<EventsOf<Chat["serverToClient"]>, EventsOf<Chat["clientToServer"]>>
  >();
  socket.on("ready", (reply) => reply(true));
  socket.on("said", (who, text) => {
    expectTypeOf(who).toEqualTypeOf<string>();
    expectTypeOf(text).toEqualTypeOf<string>();
  });
  socket.emit("say", "x");
  expectTypeOf(socket.emitWithAck("join", "lobby")).resolves.toEqualTypeOf<string[]>();
  expectTypeOf(socket.timeout(1).emitWithAck("join", "lobby")).resolves.toEqualTypeOf<string[]>();
  socket.timeout(1).emit("join", "lobby", (err, members) => {
    expectTypeOf(err).toEqualTypeOf<Error>();
    expectTypeOf(members).toEqualTypeOf<string[]>();
  });
  // @ts-expect-error nothing is returned
  socket.emitWithAck("say", "x");
  // @ts-expect-error declared for the other direction
  socket.emit("said", "a", "b");
});

test("wrappers pass listeners and arguments on", () => {
  interface In {
    news: (text: string) => void;
    halt: () => void;
  }
  interface Out {
    watch: (symbol: string, depth?: number) => void;
  }
  const socket: Socket<In, Out> = io();
  const listen = <E extends keyof In>(event: E, listener: In[E]) => {
    socket.on(event, listener);
    socket.once(event, listener);
    return () => socket.off(event, listener);
  };
  const send = <E extends keyof Out>(event: E, ...args: Parameters<Out[E]>) =>
    socket.emit(event, ...args);
  expectTypeOf(listen).parameter(0).toEqualTypeOf<"news" | "halt">();
  expectTypeOf(send).returns.toEqualTypeOf<Socket<In, Out>>();
});
