import type { Packet } from "@hawser/socket-codec/packets";
import { expectTypeOf, test } from "vitest";
import {
  type Adapter,
  type AdapterNamespace,
  type BroadcastFlags,
  type BroadcastOptions,
  ClusterAdapter,
  type ClusterAdapterOptions,
  ClusterAdapterWithHeartbeat,
  type ClusterMessage,
  type ClusterResponse,
  MessageType,
  type Offset,
  type PrivateSessionId,
  type Room,
  type ServerId,
  type Session,
  SessionAwareAdapter,
  type SocketId,
} from "../src/adapter.ts";
import { type Namespace, Server } from "../src/index.ts";

test("the types that adapters of others are written with", () => {
  expectTypeOf<Room>().toEqualTypeOf<string>();
  expectTypeOf<SocketId>().toEqualTypeOf<string>();
  expectTypeOf<PrivateSessionId>().toEqualTypeOf<string>();
  expectTypeOf<ServerId>().toEqualTypeOf<string>();
  expectTypeOf<Offset>().toEqualTypeOf<string>();
  expectTypeOf<BroadcastOptions["rooms"]>().toEqualTypeOf<Set<Room>>();
  expectTypeOf<BroadcastFlags["timeout"]>().toEqualTypeOf<number | undefined>();
  expectTypeOf<Session["missedPackets"]>().toEqualTypeOf<unknown[][]>();
  expectTypeOf<Namespace>().toExtend<AdapterNamespace>();
  expectTypeOf(new SessionAwareAdapter(new Server().sockets)).toExtend<Adapter>();
});

test("a message tells its data by its type", () => {
  const read = (message: ClusterMessage | ClusterResponse) => {
    if (message.type === MessageType.BROADCAST) {
      expectTypeOf(message.data.opts.rooms).toEqualTypeOf<string[]>();
      expectTypeOf(message.data.requestId).toEqualTypeOf<string | undefined>();
    } else if (message.type === MessageType.FETCH_SOCKETS_RESPONSE) {
      expectTypeOf(message.data.sockets[0]!.rooms).toEqualTypeOf<string[]>();
    } else if (message.type === MessageType.HEARTBEAT) {
      expectTypeOf(message).not.toHaveProperty("data");
    }
  };
  expectTypeOf(read).toBeFunction();
});

test("a subclass says how messages travel, and no more", () => {
  class Bus extends ClusterAdapterWithHeartbeat {
    constructor(nsp: AdapterNamespace, options?: ClusterAdapterOptions) {
      super(nsp, options);
      expectTypeOf(this.uid).toEqualTypeOf<string>();
    }
    protected async doPublish(message: ClusterMessage): Promise<Offset> {
      this.onMessage(message, "offset");
      return "offset";
    }
    protected async doPublishResponse(uid: ServerId, response: ClusterResponse): Promise<void> {
      expectTypeOf(uid).toEqualTypeOf<string>();
      this.onResponse(response);
    }
    override broadcast(packet: Packet, opts: BroadcastOptions): void {
      this.publish({ type: MessageType.HEARTBEAT });
      super.broadcast(packet, opts);
    }
  }
  expectTypeOf<Bus>().toExtend<ClusterAdapter>();
  expectTypeOf(Bus).toBeConstructibleWith(new Server().sockets, { heartbeatInterval: 1 });
  new Server({ adapter: Bus });
  // @ts-expect-error the way of the messages is missing
  class Without extends ClusterAdapter {}
  expectTypeOf<Without>().toExtend<Adapter>();
});
