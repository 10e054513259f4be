import type { DefaultEventsMap, EventsMap } from "../events.ts";
import { explain } from "../session/hints.ts";
import { BufferedSocket } from "./buffered-socket.ts";
import type { Socket as PlainSocket } from "./socket.ts";

/** A socket that says what a failed attempt to connect is most likely about: where size does not matter. */
class ExplainingSocket<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
> extends BufferedSocket<ListenEvents, EmitEvents> {
  protected override diagnosis(error: Error): object {
    return { ...super.diagnosis(error), ...explain(error, this.io.engine.opts) };
  }
}

export const Socket: typeof PlainSocket = ExplainingSocket;
export type Socket<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
> = PlainSocket<ListenEvents, EmitEvents>;

export declare namespace Socket {
  /** Why a socket was disconnected. */
  export type DisconnectReason = PlainSocket.DisconnectReason;
}
