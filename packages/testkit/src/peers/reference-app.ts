import type { Journal } from "../journal.ts";
import type { JsClientSocket, JsNamespace, JsServer, JsServerSocket } from "./js-api.ts";

type Ack = (...args: unknown[]) => void;

/** The namespaces every reference server has. `/guarded` wants `auth.token` to be `SECRET`. */
export const NAMESPACES = ["/", "/chat", "/guarded"] as const;
export const SECRET = "open sesame";
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
    if (socket.handshake.auth.token === SECRET) return next();
    next(Object.assign(new Error(REFUSAL.message), { data: REFUSAL.data }));
  });
}

function serve(namespace: JsNamespace, journal: Journal): void {
  const nsp = namespace.name;
  namespace.on("connection", (socket: JsServerSocket) => {
    const sid = socket.id;
    journal.add({ type: "connect", nsp, sid, auth: socket.handshake.auth });
    socket.on("disconnect", (reason: string) =>
      journal.add({ type: "disconnect", nsp, sid, reason }),
    );
    socket.on("echo", (...args: unknown[]) => socket.emit("echo", ...args));
    socket.on("ack", (...args: unknown[]) => (args.pop() as Ack)(...args));
    socket.on(SETTLED, (reply: Ack) => reply());
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
