import type { RawData } from "@hawser/engine-codec";
import type { EngineRequest } from "../http/request.ts";
import type { CloseReason, SessionHandler } from "../session/handler.ts";
import { Session } from "../session/session.ts";

/** What a connection needs of the engine socket below it; other engines bring their own. */
export interface EngineSocket {
  readonly id: string;
  readonly protocol: number;
  readonly request: EngineRequest | null;
  readonly remoteAddress: string;
  readonly readyState: string;
  readonly transport: { readonly name: string; readonly writable: boolean };
  write(data: RawData, options?: { compress?: boolean | undefined }): unknown;
  close(discard?: boolean): unknown;
  on(event: string, listener: (...args: never[]) => void): unknown;
}

/** Passes on what the engine socket says: by a direct call for our own, by events for others. */
export function listenTo(conn: EngineSocket, handler: SessionHandler): void {
  if (conn instanceof Session) {
    conn.handler = handler;
    return;
  }
  conn.on("data", (data: RawData) => {
    if (typeof data === "string") {
      handler.sessionOnText(data);
    } else {
      handler.sessionOnBinary(data as Uint8Array);
    }
  });
  // What follows an error is a close.
  conn.on("error", () => {});
  conn.on("close", (reason: CloseReason, description?: unknown) =>
    handler.sessionOnClose(reason, description),
  );
}

/** Whether what is sent now leaves at once; volatile packets are dropped otherwise. */
export function isIdle(conn: EngineSocket): boolean {
  return conn instanceof Session ? conn.idle : conn.transport.writable;
}
