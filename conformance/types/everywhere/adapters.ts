import { type Namespace, Server } from "socket.io";
import { Adapter, type BroadcastOptions } from "socket.io-adapter";

// As the packages of adapters declare what they export.
declare function createAdapter(pub: unknown, sub: unknown, opts?: object): (nsp: any) => Adapter;

const io = new Server({ adapter: createAdapter({}, {}) });
io.adapter(createAdapter({}, {}));

class Logging extends Adapter {
  override broadcast(packet: any, opts: BroadcastOptions): void {
    console.log(packet.nsp, opts.rooms.size);
    super.broadcast(packet, opts);
  }
}
io.adapter(Logging);
new Server({ adapter: Logging });

class Other extends Adapter {
  constructor(readonly nsp: Namespace) {
    super(nsp);
  }
}
io.adapter(Other);

const { adapter } = io.of("/");
adapter.on("leave-room", (room, id) => console.log(room, id));
adapter.on("delete-room", (room) => console.log(room));
console.log(adapter.rooms.size, adapter.sids.size, adapter.nsp.name);
