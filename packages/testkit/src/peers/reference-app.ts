import type { Journal } from "../journal.ts";
import type { JsClientSocket, JsNamespace, JsServer, JsServerSocket } from "./js-api.ts";

type Ack = (...args: unknown[]) => void;

/** The namespaces every reference server has. `/guarded` wants the token to be `SECRET`. */
export const NAMESPACES = ["/", "/chat", "/guarded"] as const;
export const SECRET = "open sesame";
/** A token that is refused with a message alone. */
export const STRANGER = "stranger";
export const REFUSAL = { message: "not authorised", data: { code: 401, hint: "bad token" } };
/** Acknowledged like `ack`, but not written down: it belongs to the tests, not to what they test. */
export const SETTLED = "settled";

/**
 * The application all reference servers run: `echo` sends its arguments back, `ack` acknowledges
 * with its arguments, `silent` never acknowledges, and all that happens is written down.
 */
export function installServerApp(io: JsServer, journal: Journal): void {
  for (const name of NAMESPACES) serve(io.of(name), journal);
  io.of("/guarded").use((socket, next) => {
    const { token } = credentials(socket);
    if (token === SECRET) return next();
    const refusal = new Error(REFUSAL.message);
    next(token === STRANGER ? refusal : Object.assign(refusal, { data: REFUSAL.data }));
  });
}

/** Query parameters that belong to the transports. */
const ENGINE_PARAMETERS = ["EIO", "transport", "t", "sid", "b64", "j"];

/** What the client says of itself: `auth`, or before Socket.IO 3 what it added to the query. */
function credentials({ handshake, conn }: JsServerSocket): Record<string, unknown> {
  const auth = handshake.auth ?? {};
  if (conn.protocol === 4 || Object.keys(auth).length > 0) return auth;
  const own = Object.entries(handshake.query).filter(([key]) => !ENGINE_PARAMETERS.includes(key));
  return Object.fromEntries(own);
}

function serve(namespace: JsNamespace, journal: Journal): void {
  const nsp = namespace.name;
  namespace.on("connection", (socket: JsServerSocket) => {
    const sid = socket.id;
    journal.add({ type: "connect", nsp, sid, auth: credentials(socket) });
    socket.on("disconnect", (reason: string) =>
      journal.add({ type: "disconnect", nsp, sid, reason }),
    );
    socket.on("echo", (...args: unknown[]) => socket.emit("echo", ...args));
    socket.on("ack", (...args: unknown[]) => (args.pop() as Ack)(...args));
    socket.on(SETTLED, (reply: Ack) => reply());
    // Before Socket.IO 4.1 an `error` of the client's that nobody listens to ends the process.
    socket.on("error", () => {});
    socket.onAny((name: string, ...args: unknown[]) => {
      if (name === SETTLED) return;
      journal.add({ type: "event", nsp, sid, name, args: withoutAck(args) });
    });
  });
}

/** The same for clients: `ask` acknowledges with its arguments. */
export function installClientApp(socket: JsClientSocket, nsp: string, journal: Journal): void {
  socket.on("connect", () => journal.add({ type: "connect", nsp }));
  socket.on("disconnect", (reason: string) => journal.add({ type: "disconnect", nsp, reason }));
  socket.on("connect_error", (error: Error & { data?: unknown }) =>
    journal.add({ type: "connect_error", nsp, message: error.message, data: error.data }),
  );
  socket.on("ask", (...args: unknown[]) => (args.pop() as Ack)(...args));
  socket.onAny((name: string, ...args: unknown[]) =>
    journal.add({ type: "event", nsp, name, args: withoutAck(args) }),
  );
}

function withoutAck(args: unknown[]): unknown[] {
  return typeof args.at(-1) === "function" ? args.slice(0, -1) : args;
}
