import { type QueuedPacket, type WaitingEvent, weightOf } from "../transport/waiting-event.ts";

/** Whether an event may be taken out of the queue. */
export type Choice = (event: WaitingEvent) => boolean;

/** What all these packets count for. */
export function weightOfAll(packets: readonly QueuedPacket[]): number {
  return packets.reduce((sum, { data }) => sum + weightOf(data), 0);
}

/**
 * Takes the oldest of the chosen events out of a queue, each with all its packets, until that much weight is
 * gone or there are no more.
 */
export function takeOldest(
  queue: QueuedPacket[],
  weight: number,
  choose: Choice,
): { events: WaitingEvent[]; weight: number } {
  const taken = { events: [] as WaitingEvent[], weight: 0 };
  let index = 0;
  while (taken.weight < weight && index < queue.length) {
    const event = queue[index]?.event;
    if (event && choose(event)) {
      taken.events.push(event);
      taken.weight += takeAt(queue, index, event);
    } else {
      index++;
    }
  }
  return taken;
}

/** Takes the newest of the chosen events out of a queue; undefined if there is none. */
export function takeNewest(
  queue: QueuedPacket[],
  choose: Choice,
): { event: WaitingEvent; weight: number } | undefined {
  for (let index = queue.length - 1; index >= 0; index--) {
    const event = queue[index]?.event;
    if (event && choose(event)) {
      return { event, weight: takeAt(queue, index, event) };
    }
  }
  return undefined;
}

function takeAt(queue: QueuedPacket[], index: number, event: WaitingEvent): number {
  return weightOfAll(queue.splice(index, event.packets));
}
