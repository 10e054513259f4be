import type { CreateRevision } from "./revision.ts";

/** Milliseconds: no server has a use for more pings of a client, as revision 3 has them. */
const MIN_INTERVAL = 10;

/**
 * The same revision, not answering a ping while an answer waits to be sent: who pings without end, and
 * takes nothing, would fill the memory.
 */
export function answeringOnce(create: CreateRevision): CreateRevision {
  return (owner) => {
    const revision = create(owner);
    const { startHeartbeat } = revision;
    return Object.assign(revision, {
      startHeartbeat: ((host, interval, timeout) => {
        const heartbeat = startHeartbeat(host, Math.max(interval, MIN_INTERVAL), timeout);
        return {
          ...heartbeat,
          received(packet) {
            if (packet.type !== "ping" || host.writeBuffer.at(-1)?.type !== "pong") {
              heartbeat.received(packet);
            }
          },
        };
      }) satisfies typeof startHeartbeat,
    });
  };
}
