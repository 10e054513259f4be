import { type Packet, PacketType } from "@hawser/socket-codec/packets";
import type { Client, WriteOptions } from "../connection/member.ts";
import type { Adapter, BroadcastFlags, SocketId } from "../room/adapter.ts";
import type { Session } from "../room/session.ts";
import type { DisconnectReason } from "./listeners.ts";

/** After these the client may come back; the others say that one side has left. */
export const RECOVERABLE: ReadonlySet<DisconnectReason> = new Set([
  "transport error",
  "transport close",
  "forced close",
  "ping timeout",
  "server shutting down",
  "forced server close",
] as const);

/** What recovery needs of a socket. */
interface RecoverableSocket {
  readonly id: SocketId;
  readonly connected: boolean;
  readonly adapter: Adapter;
  readonly client: Client;
  notifyOutgoingListeners(packet: Packet): void;
}

/** Emits through the adapter, which gives the event an offset and keeps it. */
export function emitRecoverably(
  socket: RecoverableSocket,
  packet: Packet,
  flags: BroadcastFlags & WriteOptions,
): void {
  if (socket.connected) {
    socket.adapter.broadcast(packet, {
      rooms: new Set([socket.id]),
      except: new Set(),
      flags: { ...flags },
    });
    return;
  }
  // The adapter does not know the socket yet, or no longer; the client takes the last argument for
  // an offset all the same.
  socket.notifyOutgoingListeners(packet);
  const offset = packet.id === undefined ? socket.adapter.nextOffset?.() : undefined;
  if (offset !== undefined) {
    (packet.data as unknown[]).push(offset);
  }
  socket.client.writePacket(packet, flags);
}

/** Sends what a client that has come back has missed. */
export function sendMissed(client: Client, nsp: string, missed: Session): void {
  const { missedChunks } = missed;
  if (missedChunks) {
    for (const chunks of missedChunks) {
      client.writeToEngine(chunks, {});
    }
    return;
  }
  for (const data of missed.missedPackets) {
    client.writePacket({ type: PacketType.EVENT, nsp, data });
  }
}
