import type { OutgoingHttpHeaders } from "node:http";
import type { Packet } from "@hawser/engine-codec";
import type { EngineRequest } from "../http/request.ts";
import type { TransportName } from "../options.ts";

/** One pipe of a session. It knows bytes and readiness; what a close means is the session's to say. */
export interface Transport {
  readonly name: TransportName;
  /** Whether `send` may be called now. */
  readonly writable: boolean;
  /** Set by whoever owns the transport at the moment: a session, or the upgrade that probes it. */
  handler: TransportHandler;
  /** Sends these packets in order. MUST be called only while `writable`. */
  send(packets: readonly Packet[]): void;
  /**
   * Tells the peer that the session ends, and lets go.
   * @param done called when the peer has been told or can no longer be
   */
  close(done: () => void): void;
  /** Lets go at once, telling the peer only if that is possible now. No call of the handler follows. */
  discard(): void;
}

/** What a transport calls. All calls stop when the transport was closed or discarded. */
export interface TransportHandler {
  /** A packet came in; of type `error` when it could not be read. */
  transportPacket(packet: Packet): void;
  /** What `send` was given has left; may come during `send`. */
  transportSent(): void;
  /** `writable` has become true. */
  transportReady(): void;
  /** The peer ended the connection. */
  transportClosed(description?: unknown): void;
  /** The connection failed, or the peer broke the rules of the transport. */
  transportFailed(message: string, description?: unknown): void;
  /** An HTTP response is about to be sent; headers may be added. */
  transportHeaders(headers: OutgoingHttpHeaders, request: EngineRequest): void;
}
