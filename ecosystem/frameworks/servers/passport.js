import { createServer } from "node:http";
import express from "express";
import session from "express-session";
import passport from "passport";
import { Strategy as LocalStrategy } from "passport-local";
import { Server } from "socket.io";

passport.use(
  new LocalStrategy((username, password, done) => {
    done(null, username === "john" && password === "changeit" ? { id: 1, username } : false);
  }),
);
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

const app = express();
const httpServer = createServer(app);
const io = new Server(httpServer);

const sessionMiddleware = session({ secret: "changeit", resave: true, saveUninitialized: true });

app.use(sessionMiddleware, passport.session());
app.post("/login", express.urlencoded(), passport.authenticate("local"), (_request, response) => {
  response.sendStatus(204);
});
app.get("/session", (request, response) => {
  response.json({ count: request.session.count ?? 0 });
});
app.post("/logout", (request, response) => {
  const { id } = request.session;
  request.logout(() => {
    io.in(`session:${id}`).disconnectSockets();
    response.sendStatus(204);
  });
});

/** Runs the middleware for handshakes only, not for each poll. */
function onlyForHandshake(middleware) {
  return (request, response, next) => {
    const isHandshake = request._query.sid === undefined;
    if (isHandshake) {
      middleware(request, response, next);
    } else {
      next();
    }
  };
}

io.engine.use(onlyForHandshake(sessionMiddleware));
io.engine.use(onlyForHandshake(passport.session()));
if (process.env.REFUSE === "handshake") {
  io.engine.use(
    onlyForHandshake((request, response, next) => {
      if (request.user) {
        next();
      } else {
        response.writeHead(401);
        response.end();
      }
    }),
  );
}
io.use((socket, next) => {
  next(socket.request.user ? undefined : new Error("unauthorized"));
});

io.on("connection", (socket) => {
  const { request } = socket;
  socket.join(`session:${request.session.id}`);
  socket.join(`user:${request.user.id}`);

  socket.on("whoami", (reply) => reply(request.user.username));
  socket.on("count", (reply) => {
    request.session.reload((error) => {
      if (error) {
        return socket.disconnect();
      }
      request.session.count = (request.session.count ?? 0) + 1;
      request.session.save(() => reply(request.session.count));
    });
  });
});

httpServer.listen(process.env.PORT, () => console.log("listening"));
