import { describe, expectTypeOf, test } from "vitest";
import type { NoAcknowledgement, NoTimeout } from "../src/events.ts";
import {
  type EventNames,
  type EventNamesWithAck,
  type EventParams,
  type EventsOf,
  type Namespace,
  type NamespaceOf,
  Server,
  type ServerOf,
  type Socket,
  type SocketOf,
} from "../src/index.ts";

interface Chat {
  clientToServer: {
    say(text: string): void;
    join(room: string, silent?: boolean): string[];
    history(before: Date): Promise<{ lines: string[] }>;
  };
  serverToClient: {
    said(who: string, text: string): void;
    ready(): boolean;
  };
  betweenServers: { count(): number };
  data: { name: string };
}

interface Admin {
  clientToServer: { ban(user: string): boolean };
  serverToClient: { banned(user: string): void };
}

describe("EventsOf", () => {
  test("makes of what a function returns its acknowledgement", () => {
    type Map = EventsOf<Chat["clientToServer"]>;
    expectTypeOf<Map["say"]>().toEqualTypeOf<(text: string) => void>();
    expectTypeOf<Map["history"]>().toEqualTypeOf<
      (before: Date, reply: (response: { lines: string[] }) => void) => void
    >();
    expectTypeOf<EventNamesWithAck<Map>>().toEqualTypeOf<"join" | "history">();
  });

  test("leaves events with a callback as they are", () => {
    interface Known {
      ask: (question: string, reply: (answer: number) => void) => void;
    }
    expectTypeOf<EventsOf<Known>>().toEqualTypeOf<{
      ask: (question: string, reply: (answer: number) => void) => void;
    }>();
  });
});

describe("a contract", () => {
  const io: ServerOf<Chat> = new Server();

  test("types the server, its sockets and their data", () => {
    io.on("connection", (socket) => {
      expectTypeOf(socket).toEqualTypeOf<SocketOf<Chat>>();
      expectTypeOf(socket.data).toEqualTypeOf<{ name: string }>();
      socket.on("history", (before, reply) => {
        expectTypeOf(before).toEqualTypeOf<Date>();
        expectTypeOf(reply).toEqualTypeOf<(response: { lines: string[] }) => void>();
      });
      expectTypeOf(socket.emitWithAck("ready")).resolves.toEqualTypeOf<boolean>();
      // @ts-expect-error declared for the other direction
      socket.emit("say", "x");
    });
    expectTypeOf(io.timeout(1).emitWithAck("ready")).resolves.toEqualTypeOf<boolean[]>();
    expectTypeOf(io.serverSideEmitWithAck("count")).resolves.toEqualTypeOf<number[]>();
  });

  test("types one namespace", () => {
    const admins: NamespaceOf<Admin> = io.of("/admin");
    admins.on("connection", (socket) => {
      expectTypeOf(socket).toEqualTypeOf<SocketOf<Admin>>();
      expectTypeOf(socket.data).toBeAny();
      socket.on("ban", (user, reply) => reply(user !== "root"));
    });
  });
});

describe("io.of", () => {
  interface In {
    hello: (name: string) => void;
  }
  interface Out {
    news: (text: string) => void;
  }
  const io = new Server<In, Out>();

  test("answers a namespace with the events of the server", () => {
    expectTypeOf(io.of("/x")).toEqualTypeOf<Namespace<In, Out>>();
  });

  test("or with its own, given as type parameters, by its type, or by the listener", () => {
    expectTypeOf(io.of<Out, In>("/x")).toEqualTypeOf<Namespace<Out, In>>();
    const own: Namespace<Out, In> = io.of(/x/);
    expectTypeOf(own).toEqualTypeOf<Namespace<Out, In>>();
    const heard = io.of("/x", (socket: Socket<Out, In>) => socket.emit("hello", "x"));
    expectTypeOf(heard).toEqualTypeOf<Namespace<Out, In>>();
  });
});

test("a socket knows its namespace", () => {
  const io = new Server<{ a: () => void }, { b: () => void }, { c: () => void }, { d: string }>();
  io.on("connection", (socket) => {
    expectTypeOf(socket.nsp).toEqualTypeOf(io.sockets);
    // It still does after timeout().
    expectTypeOf(socket.timeout(1).nsp.name).toEqualTypeOf<string>();
  });
});

describe("generic code", () => {
  interface In {
    hello: (name: string) => void;
    bye: () => void;
  }
  interface Out {
    news: (text: string, count: number) => void;
  }

  test("passes listeners and arguments on", () => {
    const listen = <E extends keyof In>(
      socket: Socket<In, Out>,
      event: E,
      listener: In[E],
    ): Socket<In, Out> => socket.on(event, listener).once(event, listener);
    const send = <E extends keyof Out>(
      socket: Socket<In, Out>,
      event: E,
      ...args: Parameters<Out[E]>
    ): boolean => socket.emit(event, ...args);
    const listenTyped = <E extends EventNames<In>>(socket: Socket<In>, event: E, listener: In[E]) =>
      socket.on(event, listener);
    expectTypeOf(listen).toBeFunction();
    expectTypeOf(send).toBeFunction();
    expectTypeOf(listenTyped).toBeFunction();
  });

  test("works over maps that are type parameters", () => {
    class Wrapper<Emit extends Record<string, (...args: any[]) => void>> {
      declare readonly socket: Socket<any, Emit>;
      send<E extends EventNames<Emit>>(event: E, ...args: EventParams<Emit, E>): boolean {
        return this.socket.emit(event, ...args);
      }
    }
    expectTypeOf<Wrapper<{ a: (n: number) => void }>["send"]>().parameter(0).toEqualTypeOf<"a">();
  });
});

describe("optional callbacks", () => {
  interface Map {
    save: (id: number, done?: (at: string) => void) => void;
  }
  const io = new Server<Map, Map>();

  test("may be left out, waited for, and get their error", () => {
    io.emit("save", 1);
    io.timeout(1).emit("save", 1, (err, all) => {
      expectTypeOf(err).toEqualTypeOf<Error>();
      expectTypeOf(all).toEqualTypeOf<string[]>();
    });
    io.on("connection", (socket) => {
      socket.emit("save", 1);
      socket.timeout(1).emit("save", 1, (err, at) => {
        expectTypeOf(err).toEqualTypeOf<Error>();
        expectTypeOf(at).toEqualTypeOf<string>();
      });
      expectTypeOf(socket.emitWithAck("save", 1)).resolves.toEqualTypeOf<string>();
      // @ts-expect-error the id is a number
      socket.emitWithAck("save", "1");
    });
  });
});

test("error messages name what is missing instead of never", () => {
  interface Silent {
    say: (text: string) => void;
  }
  interface Asking {
    ask: (reply: (n: number) => void) => void;
  }
  expectTypeOf<
    NoAcknowledgement<Silent>
  >().toEqualTypeOf<"no event of this map has a callback as its last parameter">();
  expectTypeOf<NoAcknowledgement<Asking>>().toBeNever();
  expectTypeOf<NoTimeout<Asking>>().toBeString();
  const io = new Server<Silent, Silent>();
  io.on("connection", (socket) => {
    // @ts-expect-error no event of this map has a callback
    socket.emitWithAck("say", "x");
  });
});
