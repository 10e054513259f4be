/** Who is where: sockets by room and rooms by socket. Both tables are read by applications. */
export class RoomIndex {
  readonly rooms = new Map<string, Set<string>>();
  readonly sids = new Map<string, Set<string>>();

  /** Answers whether the room is new, or `undefined` when the socket was in it already. */
  add(id: string, room: string): { created: boolean } | undefined {
    let rooms = this.sids.get(id);
    if (!rooms) {
      rooms = new Set();
      this.sids.set(id, rooms);
    }
    if (rooms.has(room)) {
      return undefined;
    }
    rooms.add(room);
    const ids = this.rooms.get(room);
    if (ids) {
      ids.add(id);
      return { created: false };
    }
    this.rooms.set(room, new Set([id]));
    return { created: true };
  }

  /** Makes the socket known, without any room. */
  addSocket(id: string): void {
    if (!this.sids.has(id)) {
      this.sids.set(id, new Set());
    }
  }

  /** Answers whether the room is gone, or `undefined` when the socket was not in it. */
  remove(id: string, room: string): { deleted: boolean } | undefined {
    this.sids.get(id)?.delete(room);
    const ids = this.rooms.get(room);
    if (!ids?.delete(id)) {
      return undefined;
    }
    const deleted = ids.size === 0;
    if (deleted) {
      this.rooms.delete(room);
    }
    return { deleted };
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
      excluded?.some((room) => this.rooms.get(room)?.has(id)) ?? false;
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
      for (const id of this.rooms.get(room) ?? []) {
        if (!isExcluded(id) && !seen?.has(id)) {
          seen?.add(id);
          callback(id);
        }
      }
    }
  }
}
