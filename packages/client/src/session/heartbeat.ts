import type { Packet } from "@hawser/engine-codec/frames";
import type { Clock } from "../platform/clock.ts";

/** What a heartbeat needs of its session. */
export interface HeartbeatHost {
  readonly clock: Clock;
  /** Packets that are not on their way yet. */
  readonly writeBuffer: readonly Packet[];
  sendHeartbeat(type: "ping" | "pong"): void;
  /** Called once, when the server has been silent for too long. */
  heartbeatMissed(): void;
}

export interface Heartbeat {
  /** Called for every packet, even after `stop()`. */
  received(packet: Packet): void;
  /** Whether the deadline has passed, even if no timer could run since (a suspended page). */
  expired(): boolean;
  stop(): void;
}

/** @param interval milliseconds between pings @param timeout milliseconds of patience after that */
export type StartHeartbeat = (host: HeartbeatHost, interval: number, timeout: number) => Heartbeat;

/** Revision 4: the server pings, the client answers. */
export const answerPings: StartHeartbeat = (host, interval, timeout) => {
  const { clock } = host;
  let timer: unknown;
  let deadline = 0;
  let missed = false;

  const miss = (): void => {
    if (!missed) {
      missed = true;
      host.heartbeatMissed();
    }
  };
  const arm = (): void => {
    clock.clearTimeout(timer);
    deadline = clock.now() + interval + timeout;
    timer = clock.setTimeout(miss, interval + timeout);
  };

  arm();
  return {
    received(packet) {
      if (packet.type === "ping" && !missed) {
        host.sendHeartbeat("pong");
        arm();
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
      missed = true;
      clock.clearTimeout(timer);
    },
  };
};
