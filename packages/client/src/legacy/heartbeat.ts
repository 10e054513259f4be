import type { StartHeartbeat } from "../session/heartbeat.ts";

/**
 * Revision 3: the client pings, the server answers. Whatever comes from the server shows that it is
 * there; after a ping something has to come within `timeout`.
 */
export const sendPings: StartHeartbeat = (host, interval, timeout) => {
  const { clock } = host;
  let pingTimer: unknown;
  let missTimer: unknown;
  let deadline = 0;
  let stopped = false;

  const miss = (): void => {
    if (!stopped) {
      stopped = true;
      host.heartbeatMissed();
    }
  };
  const expectWithin = (ms: number): void => {
    clock.clearTimeout(missTimer);
    deadline = clock.now() + ms;
    missTimer = clock.setTimeout(miss, ms);
  };
  const pingLater = (): void => {
    pingTimer = clock.setTimeout(() => {
      expectWithin(timeout);
      host.sendHeartbeat("ping");
    }, interval);
  };

  expectWithin(interval + timeout);
  pingLater();
  return {
    received({ type }) {
      if (!stopped) {
        expectWithin(interval + timeout);
        if (type === "pong") {
          clock.clearTimeout(pingTimer);
          pingLater();
        }
      }
    },
    expired() {
      const late = clock.now() > deadline;
      if (late) {
        // Not at once: the caller is in the middle of an emit.
        queueMicrotask(miss);
      }
      return late;
    },
    stop() {
      stopped = true;
      clock.clearTimeout(pingTimer);
      clock.clearTimeout(missTimer);
    },
  };
};
