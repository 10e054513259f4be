import type { Packet } from "@hawser/socket-codec/packets";
import type { BroadcastFlags, BroadcastOptions, Room, SocketId } from "./adapter.ts";

/** The id of a node, 16 hex digits; `emitter` for processes that only emit. */
export type ServerId = string;

/** Where a message stands in a log of the backend, if it keeps one. */
export type Offset = string;

const TYPES = {
  INITIAL_HEARTBEAT: 1,
  HEARTBEAT: 2,
  BROADCAST: 3,
  SOCKETS_JOIN: 4,
  SOCKETS_LEAVE: 5,
  DISCONNECT_SOCKETS: 6,
  FETCH_SOCKETS: 7,
  FETCH_SOCKETS_RESPONSE: 8,
  SERVER_SIDE_EMIT: 9,
  SERVER_SIDE_EMIT_RESPONSE: 10,
  BROADCAST_CLIENT_COUNT: 11,
  BROADCAST_ACK: 12,
  ADAPTER_CLOSE: 13,
} as const;

export type MessageType = (typeof TYPES)[keyof typeof TYPES];

/** The types of messages between nodes, by name; and their names, by number. */
export const MessageType: typeof TYPES & Readonly<Record<number, string>> = {
  ...Object.fromEntries(Object.entries(TYPES).map(([name, type]) => [type, name])),
  ...TYPES,
};

type Types = typeof TYPES;

/** Who is meant, as it travels. */
export interface EncodedOptions {
  rooms: Room[];
  except: Room[];
  flags: BroadcastFlags;
}

/** A socket, as it travels. */
export interface EncodedSocket {
  id: SocketId;
  handshake: object;
  rooms: Room[];
  data: unknown;
}

/** The part of a packet that travels; each node gives it its own namespace and id. */
export type EncodedPacket = Pick<Packet, "type" | "data"> & Partial<Packet>;

/** What nodes say of themselves. */
interface Presence {
  type: Types["INITIAL_HEARTBEAT" | "HEARTBEAT" | "ADAPTER_CLOSE"];
}

interface Broadcast {
  type: Types["BROADCAST"];
  /** With `requestId`: acknowledgements are wanted. */
  data: { packet: EncodedPacket; opts: EncodedOptions; requestId?: string };
}

interface ChangeRooms {
  type: Types["SOCKETS_JOIN" | "SOCKETS_LEAVE"];
  data: { opts: EncodedOptions; rooms: Room[] };
}

interface DisconnectSockets {
  type: Types["DISCONNECT_SOCKETS"];
  data: { opts: EncodedOptions; close: boolean };
}

interface FetchSockets {
  type: Types["FETCH_SOCKETS"];
  data: { opts: EncodedOptions; requestId: string };
}

interface ServerSideEmit {
  type: Types["SERVER_SIDE_EMIT"];
  /** With `requestId`: a response is wanted. */
  data: { packet: unknown[]; requestId?: string };
}

interface FetchSocketsResponse {
  type: Types["FETCH_SOCKETS_RESPONSE"];
  data: { requestId: string; sockets: EncodedSocket[] };
}

interface ServerSideEmitResponse {
  type: Types["SERVER_SIDE_EMIT_RESPONSE"];
  data: { requestId: string; packet: unknown };
}

interface BroadcastClientCount {
  type: Types["BROADCAST_CLIENT_COUNT"];
  data: { requestId: string; clientCount: number };
}

interface BroadcastAck {
  type: Types["BROADCAST_ACK"];
  data: { requestId: string; packet: unknown };
}

interface Sender {
  uid: ServerId;
  nsp: string;
}

/** What goes to all nodes, before it is signed. */
export type MessageBody =
  | Presence
  | Broadcast
  | ChangeRooms
  | DisconnectSockets
  | FetchSockets
  | ServerSideEmit;

/** What goes to one node, before it is signed. */
export type ResponseBody =
  | FetchSocketsResponse
  | ServerSideEmitResponse
  | BroadcastClientCount
  | BroadcastAck;

/** A message to all nodes. */
export type ClusterMessage = Sender & MessageBody;

/** The response to one node. */
export type ClusterResponse = Sender & ResponseBody;

export function encodeOptions({ rooms, except, flags }: BroadcastOptions): EncodedOptions {
  return { rooms: [...rooms], except: [...(except ?? [])], flags: flags ?? {} };
}

export function decodeOptions({ rooms, except, flags }: EncodedOptions): BroadcastOptions {
  return { rooms: new Set(rooms), except: new Set(except), flags };
}

/** @param socket a socket of this node */
export function encodeSocket(socket: {
  id: SocketId;
  handshake: object;
  rooms: Iterable<Room>;
  data: unknown;
}): EncodedSocket {
  // Where express-session puts its store, which must not travel.
  const { sessionStore: _, ...handshake } = socket.handshake as { sessionStore?: unknown };
  return { id: socket.id, handshake, rooms: [...socket.rooms], data: socket.data };
}
