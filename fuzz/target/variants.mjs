// The servers that are attacked: together they use most options. Times are short, so that whatever a case
// has left behind must soon be gone; but a busy machine must not end the witnesses.

const TIMES = { pingInterval: 800, pingTimeout: 5000, upgradeTimeout: 1000, connectTimeout: 1500 };

/** Milliseconds for which recovery may keep events: `maxDisconnectionDuration`, a ping and four of its timeouts. */
const KEPT_MS = 500 + 800 + 4 * 5000;

/** @type {{ name: string, keeps?: number, options: object, prepare?: (io: any, module: any) => void }[]} */
export const VARIANTS = [
  {
    name: "recovery",
    keeps: KEPT_MS,
    options: {
      ...{
        ...TIMES,
        allowEIO3: true,
        cleanupEmptyChildNamespaces: true,
        maxHttpBufferSize: 100_000,
      },
      connectionStateRecovery: { maxDisconnectionDuration: 500 },
    },
  },
  {
    name: "cors, cookie, compression",
    options: {
      ...{
        ...TIMES,
        allowEIO3: true,
        cleanupEmptyChildNamespaces: true,
        maxHttpBufferSize: 100_000,
      },
      cors: { origin: ["http://good.example", /\.example$/], credentials: true },
      cookie: true,
      perMessageDeflate: { threshold: 50 },
      httpCompression: { threshold: 50 },
    },
  },
  {
    name: "small messages, one revision",
    options: {
      ...{ ...TIMES, allowEIO3: false, cleanupEmptyChildNamespaces: true, maxHttpBufferSize: 2000 },
      allowRequest: (request, done) =>
        setImmediate(done, null, !request.headers.origin?.includes("evil")),
      serveClient: false,
    },
  },
  {
    name: "middlewares, batches",
    keeps: KEPT_MS,
    options: {
      ...{
        ...TIMES,
        allowEIO3: true,
        cleanupEmptyChildNamespaces: true,
        maxHttpBufferSize: 100_000,
      },
      connectionStateRecovery: { maxDisconnectionDuration: 500, skipMiddlewares: false },
      batchWindow: 5,
      initialPacket: '2["hello"]',
    },
    prepare(io) {
      io.engine.use((request, response, next) => {
        response.setHeader("X-Seen", "1");
        setImmediate(next, request.url.includes("refuse") ? new Error("refused") : undefined);
      });
      io.engine.on("initial_headers", (headers) => Object.assign(headers, { "X-First": "1" }));
      io.engine.on("connection_error", () => {});
      io.use((socket, next) =>
        setImmediate(next, socket.handshake.query.refuse && new Error("no")),
      );
    },
  },
  {
    name: "tight limits",
    options: {
      ...{
        ...TIMES,
        allowEIO3: true,
        cleanupEmptyChildNamespaces: true,
        maxHttpBufferSize: 20_000,
      },
      // What is far below the default is met by many cases; the witnesses stay within all of it.
      limits: {
        ...{ packetsPerPayload: 6, attachments: 3, attachmentBytes: 200, packetTime: 3000 },
        ...{ namespaces: 3, rooms: 4, namespaceLength: 100, eventNameLength: 10, pendingAcks: 3 },
        ...{ connections: 2000, connectionsPerAddress: 1500, handshakesPerSecond: 5000 },
        ...{ trustedProxies: 1, urlLength: 2000, pollGap: 3000 },
      },
      ...{
        backpressure: { policy: "drop-old", budget: 20_000 },
        ackTimeout: 200,
        checkOrigin: true,
      },
    },
    prepare(io, { rateLimit }) {
      if (rateLimit) {
        io.of("/chat").use(rateLimit({ events: 5, burst: 3 }));
        io.of("/slow").use(rateLimit({ events: 1, beyond: "disconnect" }));
      }
      if (io.onError) {
        io.on("connection", (socket) => {
          const planned = Object.assign(new Error("planned"), { code: "PLANNED" });
          socket.on("message", () => {
            throw planned;
          });
          socket.on("ping", () => Promise.reject(planned));
        });
      }
    },
  },
];
