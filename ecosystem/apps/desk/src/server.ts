import { createServer, type IncomingMessage } from "node:http";
import express from "express";
import session from "express-session";
import {
  type DefaultEventsMap,
  type ExtendedError,
  type Namespace,
  Server,
  type Socket,
} from "socket.io";
import type {
  AgentDeskEvents,
  AgentEvents,
  DeskEvents,
  Message,
  Person,
  VisitorEvents,
} from "./events.js";

declare module "express-session" {
  interface SessionData {
    person: Person;
    visits: number;
  }
}
declare module "http" {
  interface IncomingMessage {
    session: session.Session & Partial<session.SessionData>;
  }
}

type DeskServer = Server<VisitorEvents, DeskEvents, DefaultEventsMap, Person>;
type Agents = Namespace<AgentEvents, AgentDeskEvents, DefaultEventsMap, Person>;

const app = express();
const httpServer = createServer(app);
const io: DeskServer = new Server(httpServer, { pingInterval: 10_000 });
const agents: Agents = io.of("/agents");

const sessions = session({ secret: "keyboard cat", resave: false, saveUninitialized: false });
app.use(sessions, express.json());
app.post("/login", (request, response) => {
  request.session.person = request.body;
  response.sendStatus(204);
});
app.get("/visits", (request, response) => {
  response.json(request.session.visits ?? 0);
});
io.engine.use(sessions);

/** Lets in who has logged in by HTTP, in a role that fits. */
function admit(...roles: Person["role"][]) {
  return (socket: Socket<any, any, any, Person>, next: (error?: ExtendedError) => void) => {
    const { person } = (socket.request as IncomingMessage).session;
    if (person && roles.includes(person.role)) {
      socket.data = person;
      return next();
    }
    const error: ExtendedError = new Error(person ? "not for you" : "log in first");
    error.data = { roles };
    next(error);
  };
}
io.use(admit("visitor", "agent"));
agents.use(admit("agent"));

const tickets: { subject: string; history: Message[] }[] = [];
const roomOf = (ticket: number) => `ticket ${ticket}`;

io.on("connection", (socket) => {
  const { session } = socket.request;
  session.reload(() => {
    session.visits = (session.visits ?? 0) + 1;
    session.save();
  });

  socket.on("open", (subject, opened) => {
    const ticket = tickets.push({ subject, history: [] }) - 1;
    void socket.join(roomOf(ticket));
    agents.emit("opened", { ticket, subject, by: socket.data.name });
    opened(ticket);
  });

  socket.on("say", (said, delivered) => {
    if (!socket.rooms.has(roomOf(said.ticket))) {
      return delivered("not your ticket");
    }
    const message: Message = { ...said, from: socket.data.name };
    tickets[said.ticket]?.history.push(message);
    io.to(roomOf(said.ticket)).except(socket.id).emit("said", message);
    agents.to(roomOf(said.ticket)).emit("said", message);
    delivered();
  });
});

agents.on("connection", (socket) => {
  socket.on("take", (ticket, taken) => {
    const found = tickets[ticket];
    if (!found) {
      return taken("no such ticket", []);
    }
    void socket.join(roomOf(ticket));
    taken(null, found.history);
  });

  socket.on("finish", async (ticket, finished) => {
    const asked = io.to(roomOf(ticket)).timeout(2000);
    const answers: boolean[] = await asked.emitWithAck("confirm", "Are we done?");
    const agreed = answers.every(Boolean);
    if (agreed) {
      io.to(roomOf(ticket)).emit("closed", ticket);
      io.in(roomOf(ticket)).socketsLeave(roomOf(ticket));
    }
    finished(agreed);
  });
});

httpServer.listen(process.env.PORT, () => console.log("listening"));
