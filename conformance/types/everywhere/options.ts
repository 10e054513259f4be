import type { IncomingMessage } from "node:http";
import { Server, type ServerOptions } from "socket.io";
import { io, type ManagerOptions, type SocketOptions } from "socket.io-client";

const server: Partial<ServerOptions> = {
  path: "/ws/",
  serveClient: false,
  connectTimeout: 10_000,
  pingTimeout: 60_000,
  pingInterval: 25_000,
  upgradeTimeout: 1000,
  maxHttpBufferSize: 1e8,
  transports: ["websocket", "polling"],
  allowUpgrades: false,
  perMessageDeflate: { threshold: 2048, zlibDeflateOptions: { chunkSize: 8 * 1024 } },
  httpCompression: { threshold: 2048 },
  cookie: { name: "io", path: "/", httpOnly: true, sameSite: "lax", maxAge: 86_400 },
  cors: {
    origin: (origin, callback) => callback(null, origin === "https://example.com"),
    methods: ["GET", "POST"],
    allowedHeaders: ["x-token"],
    credentials: true,
  },
  allowRequest: (req: IncomingMessage, callback) => {
    callback(null, req.headers.origin === undefined);
  },
  allowEIO3: true,
  cleanupEmptyChildNamespaces: true,
  connectionStateRecovery: { maxDisconnectionDuration: 120_000, skipMiddlewares: true },
  destroyUpgrade: false,
  destroyUpgradeTimeout: 500,
  addTrailingSlash: false,
};
new Server(server);
new Server(3000, server);
new Server(undefined, server);
new Server({ cors: { origin: "*" }, connectionStateRecovery: {} });
new Server({ cors: { origin: [/\.example\.com$/, "http://localhost"] }, perMessageDeflate: true });
new Server({ cookie: true, cors: (_req, callback) => callback(null, { origin: false }) });
new Server({ transports: ["polling", "websocket", "webtransport"], httpCompression: false });
const mixed = new Server();
mixed.attach(3000, { path: "/a" });
mixed.listen(3000, { cors: { origin: process.env["ORIGIN"] } });
mixed.path("/x").serveClient(false).connectTimeout(1);
console.log(mixed.path().length, mixed.serveClient() === true, mixed.connectTimeout() + 1);
// @ts-expect-error not a number
new Server({ pingTimeout: "60000" });
// @ts-expect-error no such option
new Server({ pingtimeout: 1 });
// @ts-expect-error no such transport
new Server({ transports: ["carrier pigeon"] });

const client: Partial<ManagerOptions & SocketOptions> = {
  path: "/ws",
  transports: ["websocket", "polling"],
  reconnection: true,
  reconnectionAttempts: 5,
  reconnectionDelay: 100,
  reconnectionDelayMax: 1000,
  randomizationFactor: 0,
  timeout: 5000,
  autoConnect: false,
  forceNew: true,
  multiplex: false,
  upgrade: true,
  rememberUpgrade: true,
  withCredentials: true,
  extraHeaders: { authorization: "bearer x" },
  query: { x: "42" },
  auth: { token: "abc" },
  timestampRequests: true,
  timestampParam: "ts",
  forceBase64: true,
  closeOnBeforeunload: true,
  tryAllTransports: true,
  transportOptions: { polling: { extraHeaders: { a: "b" } } },
  rejectUnauthorized: false,
  ca: "pem",
  addTrailingSlash: false,
  ackTimeout: 1000,
  retries: 2,
  protocols: ["my-protocol"],
  secure: true,
  hostname: "example.com",
  port: "443",
};
io(client);
io("http://localhost", client);
io({ autoConnect: false });
io(undefined, { path: "/x" });
io("/namespace", { auth: (send) => send({ token: localStorage.getItem("token") }) });
io("http://localhost", { auth: async (send) => send({ token: await Promise.resolve("x") }) });
io(process.env["URL"] as string, { reconnectionAttempts: Number.POSITIVE_INFINITY });
// @ts-expect-error not a number
io({ reconnectionDelay: "1s" });
// @ts-expect-error not a boolean
io("/", { reconnection: 1 });
