import { FakeClock } from "@hawser/testkit";
import { expect, test, vi } from "vitest";
import {
  type AdapterNamespace,
  ClusterAdapter,
  ClusterAdapterWithHeartbeat,
  type ClusterMessage,
  type ClusterResponse,
  MessageType,
  type Offset,
} from "../src/adapter.ts";
import { Timers } from "../src/clock/timers.ts";
import { HawserError } from "../src/index.ts";
import { pair, start } from "./running-server.ts";

/** A namespace as tests of others write it, with nothing but what the adapter is promised. */
function setUp(opts: object = {}) {
  const clock = new FakeClock();
  const timers = new Timers(clock);
  const written: unknown[] = [];
  const client = { writeToEngine: (chunks: unknown) => written.push(chunks) };
  const nsp = {
    name: "/",
    sockets: new Map([["s1", { id: "s1", client, acks: new Map(), rooms: new Set(), data: 1 }]]),
    _ids: 0,
    _onServerSideEmit: vi.fn(),
    server: {
      encoder: { encode: ({ data }: { data: unknown }) => [data] },
      opts,
      timers,
      quietTimers: timers,
    },
  };
  return { clock, written, nsp: nsp as unknown as AdapterNamespace & typeof nsp };
}

/** The other nodes are what the test says. */
class CountingAdapter extends ClusterAdapter {
  readonly sent: ClusterMessage[] = [];
  readonly responded: [string, ClusterResponse][] = [];
  count = 3;
  publishing: () => Promise<Offset> = () => Promise.resolve("offset");

  override serverCount(): Promise<number> {
    return Promise.resolve(this.count);
  }

  protected doPublish(message: ClusterMessage): Promise<Offset> {
    this.sent.push(message);
    return this.publishing();
  }

  protected async doPublishResponse(uid: string, response: ClusterResponse): Promise<void> {
    this.responded.push([uid, response]);
  }

  receive(message: Partial<ClusterMessage> | object, offset?: string): void {
    this.onMessage({ nsp: "/", ...message } as ClusterMessage, offset);
  }
}

class HeartbeatAdapter extends ClusterAdapterWithHeartbeat {
  readonly sent: ClusterMessage[] = [];

  protected async doPublish(message: ClusterMessage): Promise<Offset> {
    this.sent.push(message);
    return "offset";
  }

  protected async doPublishResponse(): Promise<void> {}

  receive(message: object): void {
    this.onMessage({ nsp: "/", ...message } as ClusterMessage);
  }

  get types(): unknown[] {
    return this.sent.map(({ type }) => MessageType[type]);
  }
}

const ALL = () => ({ rooms: new Set<string>(), except: new Set<string>() });
const event = (...data: unknown[]) => ({ type: 2 as const, nsp: "/", data });
const flush = () => new Promise((resolve) => setImmediate(resolve));

test("types of messages have numbers, and numbers have names", () => {
  expect(MessageType.ADAPTER_CLOSE).toBe(13);
  expect(MessageType[3]).toBe("BROADCAST");
  expect(Object.keys(MessageType)).toHaveLength(26);
});

test("sockets of this node get what is sent at once, in the order of the calls", () => {
  const { nsp, written } = setUp();
  const adapter = new CountingAdapter(nsp);
  adapter.addAll("s1", new Set(["r"]));
  adapter.publishing = () => new Promise(() => {});
  adapter.broadcast(event("a"), ALL());
  adapter.broadcast(event("b"), { ...ALL(), flags: { local: true } });
  adapter.broadcast(event("c"), ALL());
  expect(written).toEqual([[["a"]], [["b"]], [["c"]]]);
  expect(adapter.sent.map(({ type }) => type)).toEqual([3, 3]);
});

test("with recovery they get it with the offset of the backend, still in the order of the calls", async () => {
  const { nsp, written } = setUp({ connectionStateRecovery: {} });
  const adapter = new CountingAdapter(nsp);
  adapter.addAll("s1", new Set(["r"]));
  const settle: ((offset: string) => void)[] = [];
  adapter.publishing = () => new Promise((resolve) => settle.push(resolve));
  adapter.broadcast(event("a"), ALL());
  adapter.broadcast(event("b"), ALL());
  settle[1]!("2");
  await flush();
  expect(written).toEqual([]);
  settle[0]!("1");
  await flush();
  expect(written).toEqual([[["a", "1"]], [["b", "2"]]]);
  // What travelled has none: each node adds it.
  expect(adapter.sent.map((message) => "data" in message && message.data)).toMatchObject([
    { packet: { data: ["a"] } },
    { packet: { data: ["b"] } },
  ]);
  adapter.receive({ uid: "other", type: 3, data: { packet: event("c"), opts: ALL() } }, "3");
  expect(written[2]).toEqual([["c", "3"]]);
});

test("what cannot be published is told, and the sockets here get it all the same", async () => {
  const { nsp, written } = setUp();
  const adapter = new CountingAdapter(nsp);
  adapter.addAll("s1", new Set(["r"]));
  const errors: unknown[] = [];
  adapter.on("publish-error", (error, { type }) => errors.push(error.message, type));
  adapter.publishing = () => Promise.reject(new Error("broker is down"));
  adapter.broadcast(event("a"), ALL());
  adapter.publishing = () => {
    throw new Error("thrown at once");
  };
  adapter.delSockets(ALL(), []);
  await flush();
  expect(written).toHaveLength(1);
  expect(errors).toEqual(["thrown at once", 5, "broker is down", 3]);
});

test("what is this node's own, or another namespace's, is dropped", () => {
  const { nsp } = setUp();
  const adapter = new CountingAdapter(nsp);
  adapter.broadcast(event("x"), ALL());
  const own = adapter.sent[0]!.uid;
  const data = { packet: ["x"] };
  adapter.receive({ uid: own, type: 9, data });
  adapter.receive({ uid: "other", nsp: "/other", type: 9, data });
  expect(nsp._onServerSideEmit).not.toHaveBeenCalled();
  adapter.receive({ uid: "emitter", type: 9, data });
  expect(nsp._onServerSideEmit.mock.calls).toEqual([[["x"]]]);
});

test("a message that several nodes of a process share is not written to", () => {
  const { nsp } = setUp();
  const message = {
    uid: "other",
    type: 3,
    data: {
      packet: { type: 2, data: ["x"] },
      opts: { rooms: [], except: [], flags: {} },
      requestId: "r",
    },
  };
  const before = structuredClone(message);
  const adapter = new CountingAdapter(nsp);
  adapter.addAll("s1", new Set(["r"]));
  adapter.receive(message);
  expect(message).toEqual(before);
});

test("a request ends when all have answered, each once, and leaves nothing behind", async () => {
  const { nsp, clock } = setUp();
  const adapter = new CountingAdapter(nsp);
  const result = vi.fn();
  adapter.fetchSockets(ALL()).then(result);
  await flush();
  const { requestId } = (adapter.sent[0] as { data: { requestId: string } }).data;
  const answer = (uid: string, id: string) =>
    adapter.receive({ uid, type: 8, data: { requestId, sockets: [{ id }] } });
  answer("n1", "a");
  answer("n1", "a again");
  await flush();
  expect(result).not.toHaveBeenCalled();
  answer("n2", "b");
  await flush();
  expect(result.mock.calls).toEqual([[[{ id: "a" }, { id: "b" }]]]);
  expect(clock.pending).toBe(0);
});

test("a request that is not answered in time says so, with what has come", async () => {
  const { nsp, clock } = setUp();
  const adapter = new CountingAdapter(nsp);
  const ack = vi.fn();
  adapter.serverSideEmit(["hi", ack]);
  await flush();
  const { requestId } = (adapter.sent[0] as { data: { requestId: string } }).data;
  adapter.receive({ uid: "n1", type: 10, data: { requestId, packet: 1 } });
  clock.advance(5000);
  const [error, responses] = ack.mock.calls[0]!;
  expect(error).toBeInstanceOf(HawserError);
  expect(error.code).toBe("TIMEOUT");
  expect(error.message).toBe("timeout reached: only 1 responses received out of 2");
  expect(responses).toEqual([1]);
  expect(clock.pending).toBe(0);
});

test("a node that closes is not waited for", async () => {
  const { nsp } = setUp();
  const adapter = new CountingAdapter(nsp);
  const result = vi.fn();
  adapter.fetchSockets(ALL()).then(result);
  const counts: number[] = [];
  adapter.broadcastWithAck(
    event("ask"),
    ALL(),
    (count) => counts.push(count),
    () => {},
  );
  await flush();
  const { requestId } = adapter.sent
    .map((message) => ("data" in message ? message.data : {}))
    .find((data) => !("packet" in data)) as { requestId: string };
  adapter.receive({ uid: "n1", type: 8, data: { requestId, sockets: [] } });
  // It has answered: that it goes makes no difference.
  adapter.receive({ uid: "n1", type: 13 });
  await flush();
  expect(result).not.toHaveBeenCalled();
  adapter.receive({ uid: "n2", type: 13 });
  await flush();
  expect(result).toHaveBeenCalledOnce();
  // This node, and no clients on the two that left.
  expect(counts).toEqual([0, 0, 0]);
});

test("when no other node is there, nothing is asked", async () => {
  const { nsp } = setUp();
  const adapter = new CountingAdapter(nsp);
  adapter.count = 1;
  const ack = vi.fn();
  adapter.serverSideEmit(["hi", ack]);
  expect(await adapter.fetchSockets(ALL())).toEqual([]);
  await flush();
  expect(ack.mock.calls).toEqual([[null, []]]);
  expect(adapter.sent).toEqual([]);
});

test("an adapter that cannot count the nodes fails the request", async () => {
  const { nsp } = setUp();
  const adapter = new CountingAdapter(nsp);
  adapter.serverCount = () => Promise.reject(new Error("broker is down"));
  const ack = vi.fn();
  adapter.serverSideEmit(["hi", ack]);
  await expect(adapter.fetchSockets(ALL())).rejects.toThrow("broker is down");
  await flush();
  expect(ack.mock.calls).toEqual([[new Error("broker is down"), []]]);
});

test("acknowledgements that other nodes asked for are given up after their time", () => {
  const { nsp, clock } = setUp();
  const adapter = new CountingAdapter(nsp);
  adapter.addAll("s1", new Set(["r"]));
  const { acks } = nsp.sockets.get("s1")!;
  const opts = { rooms: [], except: [], flags: { timeout: 300 } };
  const data = { packet: { type: 2, data: ["x"] }, opts, requestId: "r" };
  adapter.receive({ uid: "n1", type: 3, data });
  expect(acks.size).toBe(1);
  acks.get(0)!("answer", "dropped");
  expect(adapter.responded.map(([uid, { type, data }]) => [uid, type, data])).toEqual([
    ["n1", 11, { requestId: "r", clientCount: 1 }],
    ["n1", 12, { requestId: "r", packet: "answer" }],
  ]);
  clock.advance(300);
  expect(acks.size).toBe(0);
  expect(clock.pending).toBe(0);
});

test("closing fails what is still asked, and leaves nothing behind", async () => {
  const { nsp, clock } = setUp();
  const adapter = new HeartbeatAdapter(nsp);
  adapter.init();
  adapter.receive({ uid: "n1", type: 2 });
  const fetched = adapter.fetchSockets(ALL());
  adapter.broadcastWithAck(
    event("ask"),
    ALL(),
    () => {},
    () => {},
  );
  await flush();
  adapter.close();
  await expect(fetched).rejects.toThrow("timeout reached: missing 1 responses");
  expect(adapter.types.at(-1)).toBe("ADAPTER_CLOSE");
  expect(clock.pending).toBe(0);
  // What comes late does not bring the node back.
  adapter.receive({ uid: "n1", type: 1 });
  expect(await adapter.serverCount()).toBe(1);
  expect(adapter.types.at(-1)).toBe("ADAPTER_CLOSE");
});

test("heartbeats: sent after silence, answered when a node is new, and missed when it is gone", async () => {
  const { nsp, clock } = setUp();
  const adapter = new HeartbeatAdapter(nsp, { heartbeatInterval: 1000, heartbeatTimeout: 2500 });
  adapter.init();
  expect(adapter.types).toEqual(["INITIAL_HEARTBEAT"]);
  clock.advance(600);
  adapter.broadcast(event("x"), ALL());
  clock.advance(999);
  expect(adapter.types).toHaveLength(2);
  clock.advance(1);
  expect(adapter.types.slice(2)).toEqual(["HEARTBEAT"]);
  adapter.receive({ uid: "n1", type: 1 });
  expect(adapter.types.slice(3)).toEqual(["HEARTBEAT"]);
  adapter.receive({ uid: "emitter", type: 3, data: { packet: event("x"), opts: ALL() } });
  expect(await adapter.serverCount()).toBe(2);
  clock.advance(2000);
  adapter.receive({ uid: "n1", type: 9, data: { packet: ["x"] } });
  clock.advance(2499);
  expect(await adapter.serverCount()).toBe(2);
  clock.advance(1);
  expect(await adapter.serverCount()).toBe(1);
});

test("a node that comes later does not answer in the place of one that was asked", async () => {
  const { nsp } = setUp();
  const adapter = new HeartbeatAdapter(nsp);
  adapter.receive({ uid: "n1", type: 2 });
  const counts: number[] = [];
  const answers: unknown[] = [];
  adapter.broadcastWithAck(
    event("ask"),
    ALL(),
    (count) => counts.push(count),
    (answer) => answers.push(answer),
  );
  const { requestId } = (adapter.sent[0] as { data: { requestId: string } }).data;
  const say = (uid: string, type: number, data: object) =>
    adapter.receive({ uid, type, data: { requestId, ...data } });
  say("n2", 11, { clientCount: 1 });
  say("n2", 12, { packet: "late" });
  say("n1", 11, { clientCount: 1 });
  say("n1", 12, { packet: "asked" });
  expect(counts).toEqual([0, 1]);
  expect(answers).toEqual(["asked"]);
});

test("a listener that throws on an event of another server is heard of, and the rest goes on", async () => {
  const heard = vi.fn();
  const running = await start({ adapter: CountingAdapter });
  const adapter = running.io.sockets.adapter as CountingAdapter;
  await pair(running);
  running.io.onError(heard).on("hi", () => {
    throw new Error("of the application");
  });
  adapter.receive({ uid: "n1", type: 9, data: { packet: ["hi"] } });
  await flush();
  expect(heard.mock.calls[0]![0].message).toBe("of the application");
});
