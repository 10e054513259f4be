import type { IncomingMessage, ServerResponse } from "node:http";
import { Server, type Socket } from "socket.io";

// What @types/express and session packages declare.
type NextFunction = (err?: unknown) => void;
type RequestHandler = (req: IncomingMessage, res: ServerResponse, next: NextFunction) => void;

interface Session {
  userId?: string;
  count: number;
  save(callback?: (err: unknown) => void): void;
  reload(callback: (err: unknown) => void): void;
}

declare module "http" {
  interface IncomingMessage {
    session: Session;
    user?: { id: string };
  }
}

declare const session: RequestHandler;
declare const passport: { initialize(): RequestHandler; session(): RequestHandler };

const io = new Server();

// Everybody's wrapper, with and without types.
const wrap = (middleware: Function) => (socket: Socket, next: (err?: Error) => void) =>
  middleware(socket.request, {}, next);
const wrapLoosely = (middleware: any) => (socket: any, next: any) =>
  middleware(socket.request, {}, next);

io.use(wrap(session));
io.use(wrap(passport.initialize()));
io.of("/admin").use(wrapLoosely(passport.session()));

io.use((socket, next) => {
  session(socket.request, {} as ServerResponse, next as NextFunction);
});

io.use((socket, next) => {
  const req = socket.request;
  if (req.user) {
    next();
  } else {
    next(new Error("unauthorized"));
  }
});

io.engine.use(session);
io.engine.use(
  (
    req: IncomingMessage & { _query: Record<string, string> },
    res: ServerResponse,
    next: NextFunction,
  ) => {
    const isHandshake = req._query.sid === undefined;
    if (isHandshake) {
      session(req, res, next);
    } else {
      next();
    }
  },
);

io.on("connection", (socket) => {
  const req = socket.request;
  socket.join(req.session.userId ?? "nobody");
  socket.use((_event, next) => {
    req.session.reload((err) => {
      if (err) {
        socket.disconnect();
      } else {
        next();
      }
    });
  });
  req.session.count++;
  req.session.save();
  console.log(socket.request.headers.cookie, req.socket.remoteAddress, socket.request.url);
});
