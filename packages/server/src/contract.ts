/** The classes of this package, typed by a {@link Contract}. */
import type { Contract, DataOf, EventsOf, ServerSideEventsOf } from "./events.ts";
import type { Namespace, Socket } from "./namespace/namespace.ts";
import type { Server } from "./server.ts";

/** A server whose main namespace follows a contract: `const io: ServerOf<Chat> = new Server()`. */
export type ServerOf<C extends Contract> = Server<
  EventsOf<C["clientToServer"]>,
  EventsOf<C["serverToClient"]>,
  ServerSideEventsOf<C>,
  DataOf<C>
>;

/** A namespace that follows a contract: `const chat: NamespaceOf<Chat> = io.of("/chat")`. */
export type NamespaceOf<C extends Contract> = Namespace<
  EventsOf<C["clientToServer"]>,
  EventsOf<C["serverToClient"]>,
  ServerSideEventsOf<C>,
  DataOf<C>
>;

/** A socket of a namespace that follows a contract, as the server has it. */
export type SocketOf<C extends Contract> = Socket<
  EventsOf<C["clientToServer"]>,
  EventsOf<C["serverToClient"]>,
  ServerSideEventsOf<C>,
  DataOf<C>
>;
