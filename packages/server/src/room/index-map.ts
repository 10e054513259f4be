import { SetsByKey } from "./sets.ts";

/** Who is where: sockets by room and rooms by socket. Both tables are read by applications. */
export class RoomIndex {
  readonly rooms = new SetsByKey();
  readonly sids = new SetsByKey();

  /** Answers whether the room is new, or `undefined` when the socket was in it already. */
  add(id: string, room: string): { created: boolean } | undefined {
    if (!this.sids.addTo(id, room)) {
      return undefined;
    }
    const created = !this.rooms.has(room);
    this.rooms.addTo(room, id);
    return { created };
  }

  /** Makes the socket known, without any room. */
  addSocket(id: string): void {
    this.sids.addKey(id);
  }

  /** Answers whether the room is gone, or `undefined` when the socket was not in it. */
  remove(id: string, room: string): { deleted: boolean } | undefined {
    this.sids.removeFrom(id, room);
    if (!this.rooms.removeFrom(room, id)) {
      return undefined;
    }
    const deleted = this.rooms.isEmpty(room);
    if (deleted) {
      this.rooms.delete(room);
    }
    return { deleted };
  }

  /** The rooms of a socket; it may leave them meanwhile. */
  roomsOf(id: string): Iterable<string> {
    return this.sids.elements(id);
  }

  /** Forgets the socket, once it has left its rooms. */
  removeSocket(id: string): void {
    this.sids.delete(id);
  }

  /**
   * Calls back for each socket that is in any of `rooms` (all sockets, if there are none) and in none
   * of `except`, once. Walks the tables themselves: callbacks may leave rooms meanwhile.
   */
  each(
    rooms: ReadonlySet<string>,
    except: ReadonlySet<string> | undefined,
    callback: (id: string) => void,
  ): void {
    const excluded = except?.size ? [...except] : undefined;
    const isExcluded = (id: string) =>
      excluded?.some((room) => this.rooms.contains(room, id)) ?? false;
    if (rooms.size === 0) {
      for (const id of this.sids.keys()) {
        if (!isExcluded(id)) {
          callback(id);
        }
      }
      return;
    }
    const seen = rooms.size > 1 ? new Set<string>() : undefined;
    for (const room of rooms) {
      for (const id of this.rooms.elements(room)) {
        if (!isExcluded(id) && !seen?.has(id)) {
          seen?.add(id);
          callback(id);
        }
      }
    }
  }
}
