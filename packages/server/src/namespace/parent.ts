import type { Packet } from "@hawser/socket-codec/packets";
import { Deadline } from "../clock/deadline.ts";
import { HawserError } from "../errors.ts";
import type { DefaultEventsMap, EventsMap } from "../events.ts";
import { Adapter, type BroadcastOptions } from "../room/adapter.ts";
import type { RemoteSocket } from "../room/remote-socket.ts";
import type { NamespaceServer } from "./host.ts";
import { Namespace } from "./namespace.ts";

/** Decides whether a name belongs to a dynamic namespace; `auth` is what the client sent. */
export type NamespaceTest = (
  name: string,
  auth: Record<string, unknown>,
  next: (error: Error | null, allow: boolean) => void,
) => void;

/** What a parent asks of the table of namespaces. */
export interface ParentHost extends NamespaceServer {
  /** Whether children are removed with their last socket. */
  readonly cleanupEmptyChildren: boolean;
  addNamespace(namespace: AnyNamespace): void;
  removeNamespace(namespace: AnyNamespace): void;
}

type AnyNamespace = Namespace<any, any, any, any>;

let count = 0;

/**
 * A dynamic namespace: makes a child for each name that passes its test. A child takes the
 * middlewares and `connect`/`connection` listeners that the parent has at that moment.
 */
export class ParentNamespace<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
  ServerSideEvents extends EventsMap = DefaultEventsMap,
  SocketData = any,
> extends Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData> {
  readonly children = new Set<Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData>>();
  readonly #host: ParentHost;
  /** Empty children that somebody could come back to. */
  readonly #removals = new Map<AnyNamespace, Deadline>();

  constructor(host: ParentHost) {
    super(host, `/_${count++}`);
    this.#host = host;
  }

  override _initAdapter(): void {
    this.adapter = new ChildrenAdapter(this);
  }

  createChild(name: string): Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData> {
    const child = new ChildNamespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData>(
      this.#host,
      name,
      this,
    );
    child._fns = [...this._fns];
    for (const event of ["connect", "connection"] as const) {
      for (const listener of this.listeners(event)) {
        child.on(event, listener);
      }
    }
    this.children.add(child);
    this.#host.addNamespace(child);
    return child;
  }

  /** @throws HawserError `NOT_SUPPORTED`, always */
  override fetchSockets(): Promise<RemoteSocket<EmitEvents, SocketData>[]> {
    throw new HawserError("NOT_SUPPORTED", "fetchSockets() is not supported on parent namespaces");
  }

  /** @internal */
  childOnEmptied(child: Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData>): void {
    const { cleanupEmptyChildren, quietTimers, recovery } = this.#host;
    if (!cleanupEmptyChildren || !child.isEmpty || !this.children.has(child)) {
      return;
    }
    if (recovery && child.adapter.keepsSessions?.()) {
      // They would go with the adapter.
      const removal = this.#removals.get(child) ?? new Deadline(() => this.childOnEmptied(child));
      this.#removals.set(child, removal);
      removal.start(quietTimers, recovery.maxDisconnectionDuration);
      return;
    }
    this.#removals.get(child)?.stop();
    this.#removals.delete(child);
    this.children.delete(child);
    this.#host.removeNamespace(child);
  }
}

class ChildNamespace<
  ListenEvents extends EventsMap,
  EmitEvents extends EventsMap,
  ServerSideEvents extends EventsMap,
  SocketData,
> extends Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData> {
  readonly #parent: ParentNamespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData>;

  constructor(
    host: ParentHost,
    name: string,
    parent: ParentNamespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData>,
  ) {
    super(host, name);
    this.#parent = parent;
  }

  protected override onEmptied(): void {
    this.#parent.childOnEmptied(this);
  }
}

/** Broadcasts to all children; a parent has no sockets of its own. */
class ChildrenAdapter extends Adapter {
  readonly #parent: ParentNamespace<any, any, any, any>;

  constructor(parent: ParentNamespace<any, any, any, any>) {
    super(parent);
    this.#parent = parent;
  }

  override broadcast(packet: Packet, opts: BroadcastOptions): void {
    for (const child of this.#parent.children) {
      // Adapters write to it: each gets its own.
      child.adapter.broadcast({ ...packet, data: [...(packet.data as unknown[])] }, opts);
    }
  }
}
