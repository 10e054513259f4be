import { describe, expect, test } from "vitest";
import type { EngineRequest, WebTransportSession } from "../src/engine.ts";
import { ENGINES, type EngineOptions, openPolling, run, settle } from "./engines.ts";

/** One WebTransport session, both ends in this process: real streams, and no network. */
class Session {
  closedBy: "server" | "client" | undefined;
  readonly session: WebTransportSession;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #bytes: number[] = [];
  #end: () => void = () => {};

  constructor() {
    const toServer = new TransformStream<Uint8Array>();
    const toClient = new TransformStream<Uint8Array>();
    this.#writer = toServer.writable.getWriter();
    this.#writer.closed.catch(() => {});
    const stream = { readable: toServer.readable, writable: toClient.writable };
    const closed = new Promise<void>((resolve) => {
      this.#end = resolve;
    });
    this.session = {
      closed,
      incomingBidirectionalStreams: new ReadableStream({ start: (c) => c.enqueue(stream) }),
      close: () => this.end("server"),
    };
    void this.#read(toClient.readable.getReader());
  }

  /** Writes one text packet, or bytes as they are. */
  async write(packet: string | Uint8Array): Promise<void> {
    const bytes = typeof packet === "string" ? Buffer.from(packet) : packet;
    const head = typeof packet === "string" ? [bytes.length] : [];
    void this.#writer.write(Uint8Array.from([...head, ...bytes])).catch(() => {});
    // Streams of one process need turns of the event loop, and no time.
    await settle(5);
  }

  endStream(): Promise<void> {
    return this.#writer.close();
  }

  breakStream(): Promise<void> {
    return this.#writer.abort(new Error("connection lost"));
  }

  end(by: "server" | "client"): void {
    this.closedBy ??= by;
    this.#end();
  }

  /** What came, packet by packet; short ones only. Bytes as Buffers. */
  get packets(): (string | Buffer)[] {
    const found: (string | Buffer)[] = [];
    for (let at = 0; at < this.#bytes.length; ) {
      let length = this.#bytes[at]! & 0x7f;
      const isBinary = this.#bytes[at]! > 0x7f;
      at++;
      if (length === 126) {
        length = this.#bytes[at]! * 256 + this.#bytes[at + 1]!;
        at += 2;
      }
      const payload = Buffer.from(this.#bytes.slice(at, at + length));
      found.push(isBinary ? payload : payload.toString());
      at += length;
    }
    return found;
  }

  async #read(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      this.#bytes.push(...value);
    }
  }
}

test("a server without room for one more closes the session", async () => {
  const { engine } = ENGINES[1];
  const limits = { connections: 0 };
  const { server } = await run(new engine.Server({ transports: ["webtransport"], limits }));
  const peer = new Session();
  server.onWebTransportSession(peer.session);
  await peer.write("0");
  await settle();
  expect([peer.closedBy, server.clientsCount]).toEqual(["server", 0]);
  expect(server.counters.limits.get("connections")).toBe(1);
});

describe.each(ENGINES)("onWebTransportSession() of $name", ({ engine }) => {
  const enabled = { transports: ["polling", "webtransport"] } as EngineOptions;

  async function open(options: EngineOptions = enabled) {
    const running = await run(new engine.Server(options));
    const opened = running.session();
    const peer = new Session();
    running.server.onWebTransportSession(peer.session);
    return { ...running, peer, opened };
  }

  test("opens a session, and messages go both ways", async () => {
    const { peer, opened, server } = await open();
    await peer.write("0");
    const socket = await opened;
    expect(socket).toMatchObject({ protocol: 4, readyState: "open", request: null });
    expect(socket.transport).toMatchObject({ name: "webtransport", sid: socket.id, protocol: 4 });
    const [handshake] = peer.packets;
    expect(JSON.parse(String(handshake).slice(1))).toMatchObject({ sid: socket.id, upgrades: [] });
    const received: unknown[] = [];
    socket.on("message", (data) => received.push(data));
    await peer.write("4hi");
    await peer.write(Uint8Array.of(0x82, 1, 2));
    expect(received).toEqual(["hi", Buffer.from([1, 2])]);
    socket.send("yo");
    await settle();
    socket.send(Buffer.from([3]));
    await settle();
    expect(peer.packets.slice(1)).toEqual(["4yo", Buffer.from([3])]);
    const long = "x".repeat(300);
    socket.send(long);
    await settle();
    expect(peer.packets.at(-1)).toBe(`4${long}`);
    expect(server.clientsCount).toBe(1);
  });

  test("ends with the session, whoever ends it", async () => {
    for (const by of ["client", "server"] as const) {
      const { peer, opened } = await open();
      await peer.write("0");
      const socket = await opened;
      const closed = new Promise((resolve) => socket.once("close", resolve));
      if (by === "client") peer.end("client");
      else socket.close();
      expect(await closed).toBe(by === "client" ? "transport close" : "forced close");
      await settle();
      expect(peer.closedBy).toBe(by);
      expect(socket.transport.readyState).toBe("closed");
    }
  });

  test("ends by what cannot be read", async () => {
    const { peer, opened } = await open();
    await peer.write("0");
    const socket = await opened;
    const closed = new Promise((resolve) => socket.once("close", resolve));
    await peer.write(Uint8Array.of(0));
    expect(await closed).toBe("parse error");
    expect(peer.closedBy).toBe("server");
  });

  test.each([
    ["something else than an open packet", "4x"],
    ["what is no JSON", "0{x"],
    ["a session that there is none of", '0{"sid":"nope"}'],
    ["the name of something that every object has", '0{"sid":"constructor"}'],
  ])("refuses a peer that begins with %s", async (_what, packet) => {
    const { peer, server } = await open();
    await peer.write(packet);
    expect(peer.closedBy).toBe("server");
    expect(peer.packets).toEqual([]);
    expect(server.clientsCount).toBe(0);
  });

  test("refuses a peer that says nothing in time", async () => {
    const { peer } = await open({ ...enabled, upgradeTimeout: 40 });
    await expect.poll(() => peer.closedBy).toBe("server");
  });

  test("refuses everybody when there are middlewares, which could not see them", async () => {
    const { server } = await run(new engine.Server({ ...enabled, cors: { origin: "*" } }));
    const peer = new Session();
    server.onWebTransportSession(peer.session);
    await settle();
    expect(peer.closedBy).toBe("server");
  });

  test("takes over from polling", async () => {
    const { port, server, session } = await run(new engine.Server(enabled));
    const opened = session();
    const { sid } = await openPolling(port);
    const socket = await opened;
    const peer = new Session();
    server.onWebTransportSession(peer.session);
    await peer.write(`0{"sid":"${sid}"}`);
    expect([socket.upgrading, peer.packets]).toEqual([true, []]);
    await peer.write("2probe");
    await peer.write("5");
    expect([socket.upgraded, socket.transport.name]).toEqual([true, "webtransport"]);
    socket.send("after");
    await settle();
    expect(peer.packets).toEqual(["3probe", "4after"]);
    const second = new Session();
    server.onWebTransportSession(second.session);
    await second.write(`0{"sid":"${sid}"}`);
    expect([second.closedBy, socket.readyState]).toEqual(["server", "open"]);
  });
});

describe("on top of that, ours", () => {
  const { engine } = ENGINES[1];

  async function open() {
    const running = await run(new engine.Server({ transports: ["polling", "webtransport"] }));
    const opened = running.session();
    const peer = new Session();
    running.server.onWebTransportSession(peer.session);
    return { ...running, peer, opened };
  }

  test.each([
    ["ends", "endStream", undefined],
    ["breaks", "breakStream", "connection lost"],
  ] as const)("ends when the peer %s its stream, and can answer no more", async (_, end, why) => {
    const { peer, opened } = await open();
    await peer.write("0");
    const socket = await opened;
    const closed = new Promise<unknown[]>((resolve) =>
      socket.once("close", (...args) => resolve(args)),
    );
    await peer[end]();
    const [reason, description] = await closed;
    expect([reason, (description as Error | undefined)?.message]).toEqual(["transport close", why]);
    expect(peer.closedBy).toBe("server");
  });

  test.each<[string, EngineOptions]>([
    ["allowRequest", { allowRequest: (_request, done) => done(null, true) }],
    ["checkOrigin", { checkOrigin: true }],
  ])("with %s, takes only sessions that were let in with a request", async (_option, options) => {
    const transports = { transports: ["polling", "webtransport"] } as EngineOptions;
    const { server, port, session } = await run(new engine.Server({ ...transports, ...options }));
    const stranger = new Session();
    server.onWebTransportSession(stranger.session);
    await stranger.write("0");
    expect([stranger.closedBy, server.clientsCount]).toEqual(["server", 0]);
    const opened = session();
    const { sid } = await openPolling(port);
    const socket = await opened;
    const peer = new Session();
    server.onWebTransportSession(peer.session);
    await peer.write(`0{"sid":"${sid}"}`);
    await peer.write("2probe");
    await peer.write("5");
    expect([socket.upgraded, socket.transport.name]).toEqual([true, "webtransport"]);
  });

  test("refuses a session that generateId() makes no id for", async () => {
    const { peer, server } = await open();
    server.generateId = (request) => (request as EngineRequest)._query.id!;
    await peer.write("0");
    expect([peer.closedBy, server.clientsCount]).toEqual(["server", 0]);
  });
});
