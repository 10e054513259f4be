import type { DefaultEventsMap, EventsMap } from "../events.ts";
import type { Member } from "../manager/connection.ts";
import { explain } from "../session/hints.ts";
import { BufferedSocket } from "./buffered-socket.ts";
import type { Socket as PlainSocket } from "./socket.ts";

/** How many events may come before the server has confirmed the connection. */
const MAX_EARLY = 10_000;

/**
 * The socket where size does not matter: it defends its process against the server, and says what a
 * failed attempt to connect is most likely about.
 */
class CarefulSocket<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
> extends BufferedSocket<ListenEvents, EmitEvents> {
  protected override member(): Member {
    const member = super.member();
    return {
      ...member,
      packet: (packet) => {
        if (this.receiveBuffer.length > MAX_EARLY) {
          this.receiveBuffer = [];
          // Ends the connection, as what cannot be read does.
          throw new Error("too many events before the connection is confirmed");
        }
        member.packet(packet);
      },
      error: (error) => {
        const { transport, opts } = this.io.engine;
        // A text where there is no transport at all, which takes nothing.
        Object.assign(error, { transport: transport?.name }, explain(error, opts));
        member.error(error);
      },
      close: (reason, description) => {
        member.close(reason, description);
        if (reason === "parse error") {
          // Who broke the protocol may never take what has still to be sent.
          this.io.engine.transport.close();
        }
      },
    };
  }
}

export const Socket: typeof PlainSocket = CarefulSocket;
export type Socket<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
> = PlainSocket<ListenEvents, EmitEvents>;

export declare namespace Socket {
  /** Why a socket was disconnected. */
  export type DisconnectReason = PlainSocket.DisconnectReason;
}
