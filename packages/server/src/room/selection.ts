import type { BroadcastFlags, BroadcastOptions, Room } from "./adapter.ts";

/** Who a broadcast is for. Immutable: each step answers a new selection. */
export class Selection implements BroadcastOptions {
  readonly rooms: Set<Room>;
  readonly except: Set<Room>;
  readonly flags: BroadcastFlags;

  constructor(rooms: Set<Room>, except: Set<Room>, flags: BroadcastFlags) {
    this.rooms = rooms;
    this.except = except;
    this.flags = flags;
  }

  to(room: Room | Room[]): Selection {
    return new Selection(extended(this.rooms, room), this.except, this.flags);
  }

  without(room: Room | Room[]): Selection {
    return new Selection(this.rooms, extended(this.except, room), this.flags);
  }

  flagged(flags: BroadcastFlags): Selection {
    return new Selection(this.rooms, this.except, { ...this.flags, ...flags });
  }
}

export const EVERYBODY = new Selection(new Set(), new Set(), {});

function extended(rooms: ReadonlySet<Room>, room: Room | Room[]): Set<Room> {
  const all = new Set(rooms);
  for (const one of Array.isArray(room) ? room : [room]) {
    all.add(one);
  }
  return all;
}
