import { describe, expect, test, vi } from "vitest";
import { Bus, type ClusterNode, join, KINDS, type Kind, startNode } from "./cluster-bus.ts";
import { next } from "./running-server.ts";

interface Cluster {
  bus: Bus;
  here: ClusterNode;
  there: ClusterNode;
}

async function startCluster(here: Kind, there: Kind, options = {}): Promise<Cluster> {
  const bus = new Bus(options);
  const nodes = [await startNode(here, bus), await startNode(there, bus)];
  const [one, other] = nodes as [ClusterNode, ClusterNode];
  await expect.poll(() => one.adapter.serverCount()).toBe(2);
  await expect.poll(() => other.adapter.serverCount()).toBe(2);
  return { bus, here: one, there: other };
}

const PAIRS = KINDS.flatMap((here) => KINDS.map((there) => [here, there] as const));

/** Long enough for what must not come. */
const pause = () => new Promise((resolve) => setTimeout(resolve, 30));

describe.each(PAIRS)("%s, with a node of %s", (ofHere, ofThere) => {
  test("broadcasts to the sockets of both, by room, with binary", async () => {
    const { here, there } = await startCluster(ofHere, ofThere);
    const a = await join(here);
    const b = await join(there);
    const excepted = await join(there);
    await b.socket.join("room");
    await excepted.socket.join(["room", "not"]);
    const events: unknown[][] = [];
    a.client.onAny((...event) => events.push(["a", ...event]));
    excepted.client.onAny((...event) => events.push(["excepted", ...event]));
    const arrivals = [next(b.client, "all"), next(b.client, "room")];
    here.io.local.emit("local");
    here.io.emit("all", Buffer.from([1, 2]));
    here.io.to("room").except("not").emit("room", { n: 1 });
    expect(await Promise.all(arrivals)).toEqual([[Buffer.from([1, 2])], [{ n: 1 }]]);
    await pause();
    expect(events.filter(([who]) => who === "a")).toEqual([
      ["a", "local"],
      ["a", "all", Buffer.from([1, 2])],
    ]);
    expect(events.filter(([who]) => who === "excepted")).toEqual([
      ["excepted", "all", Buffer.from([1, 2])],
    ]);
  });

  test("collects the acknowledgements of both", async () => {
    const { here, there } = await startCluster(ofHere, ofThere);
    const a = await join(here);
    const b = await join(there);
    a.client.on("ask", (n, reply) => reply(`a${n}`));
    b.client.on("ask", (n, reply) => reply(`b${n}`));
    const responses = await here.io.timeout(5000).emitWithAck("ask", 1);
    expect(responses.sort()).toEqual(["a1", "b1"]);
    expect([a, b].map(({ socket }) => socket.acks.size)).toEqual([0, 0]);
  });

  test("says who acknowledged in time", async () => {
    const { here, there } = await startCluster(ofHere, ofThere);
    const a = await join(here);
    const b = await join(there);
    a.client.on("ask", (reply) => reply("a"));
    const error = await here.io
      .timeout(150)
      .emitWithAck("ask")
      .catch((error) => error);
    expect(error.message).toBe("operation has timed out");
    expect(error.responses).toEqual(["a"]);
    if (ofThere === "hawser") {
      // Nothing is left waiting on the other node.
      await expect.poll(() => b.socket.acks.size).toBe(0);
    }
  });

  test("changes rooms and disconnects on both", async () => {
    const { here, there } = await startCluster(ofHere, ofThere);
    const a = await join(here);
    const b = await join(there);
    here.io.socketsJoin(["x", "y"]);
    await expect
      .poll(() => [a, b].map(({ socket }) => socket.rooms.has("y")))
      .toEqual([true, true]);
    here.io.in("x").socketsLeave("y");
    await expect
      .poll(() => [a, b].map(({ socket }) => socket.rooms.has("y")))
      .toEqual([false, false]);
    const gone = [next(a.client, "disconnect"), next(b.client, "disconnect")];
    here.io.in("x").disconnectSockets(true);
    expect(await Promise.all(gone)).toEqual(
      [["io server disconnect"], ["io server disconnect"]].map((args) =>
        expect.arrayContaining(args),
      ),
    );
  });

  test("fetches the sockets of both, and acts on those of the other", async () => {
    const { here, there } = await startCluster(ofHere, ofThere);
    const a = await join(here);
    const b = await join(there);
    b.socket.data = { name: "b" };
    b.socket.join("room");
    expect(await here.io.local.fetchSockets()).toEqual([a.socket]);
    const sockets = await here.io.fetchSockets();
    expect(sockets).toHaveLength(2);
    expect(sockets.find(({ id }) => id === a.socket.id)).toBe(a.socket);
    const remote = sockets.find(({ id }) => id === b.socket.id)!;
    expect(remote.data).toEqual({ name: "b" });
    expect(remote.rooms).toEqual(new Set([b.socket.id, "room"]));
    expect(remote.handshake.query.EIO).toBe("4");

    b.client.on("ask", (n, reply) => reply(n + 1));
    const response = new Promise((resolve) =>
      remote.timeout(5000).emit("ask", 1, (...args: unknown[]) => resolve(args)),
    );
    expect(await response).toEqual([null, 2]);
    remote.join("late");
    await expect.poll(() => b.socket.rooms.has("late")).toBe(true);
    remote.leave("late");
    await expect.poll(() => b.socket.rooms.has("late")).toBe(false);
    const gone = next(b.client, "disconnect");
    remote.disconnect();
    expect((await gone)[0]).toBe("io server disconnect");
  });

  test("emits to the other server, and gets its response", async () => {
    const { here, there } = await startCluster(ofHere, ofThere);
    const heard = vi.fn();
    here.io.on("hi", heard);
    there.io.on("hi", (n, reply) => {
      heard(n, typeof reply);
      reply?.(n + 1, "dropped");
      reply?.("ignored");
    });
    here.io.serverSideEmit("hi", 1);
    expect(await here.io.serverSideEmitWithAck("hi", 2)).toEqual([3]);
    expect(heard.mock.calls).toEqual([
      [1, "undefined"],
      [2, "function"],
    ]);
  });

  test("says what is missing when the other server does not answer", async () => {
    const { bus, here, there } = await startCluster(ofHere, ofThere);
    bus.kill(there.id);
    const failed = await here.io
      .timeout(100)
      .fetchSockets()
      .catch((error) => error);
    expect(failed.message).toBe("timeout reached: missing 1 responses");
  });

  test("notices a node that closes, and one that dies", async () => {
    const { bus, here, there } = await startCluster(ofHere, ofThere, {
      heartbeatInterval: 100,
      heartbeatTimeout: 400,
    });
    const third = await startNode(ofThere, bus);
    await expect.poll(() => here.adapter.serverCount()).toBe(3);
    await third.io.close();
    await expect.poll(() => here.adapter.serverCount()).toBe(2);
    // Adapters of the reference answer even after their end.
    bus.kill(third.id);
    // Silent nodes stay known by their heartbeats.
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(await here.adapter.serverCount()).toBe(2);
    const { client } = await join(here);
    client.on("ask", (reply) => reply("here"));
    bus.kill(there.id);
    const asked = here.io.timeout(ofHere === "hawser" ? 10_000 : 100).emitWithAck("ask");
    const answers = asked.catch((error) => error.message);
    const fetched = here.io.local.fetchSockets().then(async (local) => {
      const all = await here.io.fetchSockets();
      return all.length - local.length;
    });
    const told = here.io.serverSideEmitWithAck("nobody");
    await expect.poll(() => here.adapter.serverCount(), { timeout: 5000 }).toBe(1);
    // What was asked of the dead node is not waited for.
    expect(await fetched).toBe(0);
    // The reference waits for the time limit here.
    expect(await answers).toEqual(ofHere === "hawser" ? ["here"] : "operation has timed out");
    expect(await told).toEqual([]);
  });
});

test("the messages of both kinds have the same form", async () => {
  const forms = await Promise.all(
    (["hawser", "official"] as const).map(async (kind) => {
      const { bus, here, there } = await startCluster(kind, kind);
      await join(here);
      const b = await join(there);
      b.client.on("ask", (reply) => reply("b"));
      there.io.on("hi", (reply) => reply?.(1));
      here.io.to("r").except("z").volatile.compress(false).emit("x", 1);
      here.io.in("r").socketsJoin(["a"]);
      here.io.socketsLeave("a");
      here.io.in("nobody").disconnectSockets(true);
      here.io.serverSideEmit("hi");
      await here.io.serverSideEmitWithAck("hi");
      await here.io.timeout(5000).fetchSockets();
      await here.io.to(b.socket.id).timeout(5000).emitWithAck("ask");
      await there.io.close();
      return bus.traffic.map(({ message, to }) => shape(message, to !== undefined));
    }),
  );
  expect(forms[0]!.sort()).toEqual(forms[1]!.sort());
});

/** The message with its ids replaced, since they are random; keys in the order of the alphabet. */
function shape(message: object, isResponse: boolean): string {
  const text = JSON.stringify([isResponse, message], (key, value) => {
    if (key === "uid" || key === "requestId") {
      return /^[0-9a-f]{16}$/.test(value) ? "16 hex digits" : value;
    }
    if (key === "handshake") {
      return Object.keys(value).sort();
    }
    // The reference leaves it to the message.
    if (key === "packet" && value?.type === 2) {
      return { data: value.data, type: value.type };
    }
    return value && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  });
  return text.replaceAll(/"[\w-]{20}"/g, '"socket id"');
}
