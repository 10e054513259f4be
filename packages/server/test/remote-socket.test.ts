import { expect, test, vi } from "vitest";
import { Adapter, type BroadcastOptions, type Room } from "../src/adapter.ts";
import { Server } from "../src/index.ts";

test("an adapter is asked to send to other servers, with the acknowledgement last", () => {
  const emit = vi.fn();
  class Clustered extends Adapter {
    override serverSideEmit(packet: unknown[]): void {
      emit(...packet);
      const reply = packet.at(-1);
      if (typeof reply === "function") {
        reply(null, ["one"]);
      }
    }
  }
  const io = new Server({ adapter: Clustered });
  const answers = vi.fn();
  expect(io.serverSideEmit("hello", 1, answers)).toBe(true);
  expect(emit).toHaveBeenCalledExactlyOnceWith("hello", 1, answers);
  expect(answers).toHaveBeenCalledExactlyOnceWith(null, ["one"]);
  return expect(io.serverSideEmitWithAck("hello", 1)).resolves.toEqual(["one"]);
});

test("sockets of other nodes, as an adapter answers them, act through that adapter", async () => {
  const details = { id: "far", handshake: {}, rooms: ["far", "a"], data: { user: "ann" } };
  const calls: unknown[] = [];
  class Clustered extends Adapter {
    override fetchSockets(): Promise<unknown[]> {
      return Promise.resolve([details]);
    }
    override addSockets({ rooms }: BroadcastOptions, joined: Room[]): void {
      calls.push(["join", [...rooms], joined]);
    }
    override delSockets({ rooms }: BroadcastOptions, left: Room[]): void {
      calls.push(["leave", [...rooms], left]);
    }
    override disconnectSockets({ rooms }: BroadcastOptions, close: boolean): void {
      calls.push(["disconnect", [...rooms], close]);
    }
    override broadcast(packet: { data?: unknown }, { rooms }: BroadcastOptions): void {
      calls.push(["emit", [...rooms], packet.data]);
    }
  }
  const [remote] = await new Server({ adapter: Clustered }).fetchSockets();
  expect(remote).toMatchObject({ id: "far", data: { user: "ann" }, handshake: {} });
  expect(remote!.rooms).toEqual(new Set(["far", "a"]));
  remote!.join("x");
  remote!.leave("y");
  remote!.emit("z", 1);
  expect(remote!.disconnect(true)).toBe(remote);
  expect(calls).toEqual([
    ["join", ["far"], ["x"]],
    ["leave", ["far"], ["y"]],
    ["emit", ["far"], ["z", 1]],
    ["disconnect", ["far"], true],
  ]);
});
