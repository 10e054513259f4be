import { createHash } from "node:crypto";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { pause } from "../packages/testkit/src/waiting.ts";
import { serverFrame } from "./advisories/hostile-server.ts";
import { VictimProcess } from "./advisories/victim-process.ts";

/** How long a client is left to a server that harms it, in milliseconds. */
const EXPOSURE = 500;
/** What may be left of it: bytes, after a garbage collection. */
const GROWTH = 24 * 1024 * 1024;
/** First wait of the client before it connects again, in milliseconds; later ones are longer. */
const DELAY = 100;
const TIMES = '"pingInterval":25000,"pingTimeout":20000';
const OPEN = `0{"sid":"hostile","upgrades":[],${TIMES},"maxPayload":1000000}`;
const JOINED = '40{"sid":"hostile"}';
const SEPARATOR = "\x1e";

/** One request of the client, as it came, and the socket to answer on. */
interface Call {
  readonly head: string;
  readonly socket: Socket;
  /** How many came before it. */
  readonly number: number;
}

/** Answers each request by hand. */
class RawServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  calls = 0;

  private constructor(answer: (call: Call) => void) {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => this.#sockets.delete(socket));
      let text = "";
      socket.on("data", (chunk) => {
        text += chunk.toString("latin1");
        const end = text.indexOf("\r\n\r\n");
        if (end >= 0) {
          const head = text.slice(0, end);
          // Bodies and frames of the client are of no interest.
          text = "";
          if (/^(GET|POST) /.test(head)) {
            answer({ head, socket, number: this.calls++ });
          }
        }
      });
    });
  }

  static async start(answer: (call: Call) => void): Promise<RawServer> {
    const raw = new RawServer(answer);
    await new Promise<void>((resolve) => raw.#server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      for (const socket of raw.#sockets) socket.destroy();
      raw.#server.close();
    });
    return raw;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get connections(): number {
    return this.#sockets.size;
  }
}

function respond(socket: Socket, body: string): void {
  const length = Buffer.byteLength(body);
  socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n\r\n${body}`);
}

/** Writes for ever, as fast as it is read. */
function flood(socket: Socket, piece: string | Buffer): void {
  const more = (): void => {
    while (!socket.destroyed && socket.write(piece));
  };
  socket.on("drain", more);
  more();
}

/** Polling: the handshake, then `polls` as answers to the next GETs; POSTs are answered unless told not to. */
function polling(polls: readonly string[], open = OPEN, answersPosts = true) {
  let left = [...polls];
  return ({ head, socket }: Call): void => {
    if (head.startsWith("POST")) {
      if (answersPosts) respond(socket, "ok");
    } else if (!head.includes("sid=")) {
      left = [...polls];
      respond(socket, open);
    } else if (left.length > 0) {
      respond(socket, left.shift()!);
    }
  };
}

/** WebSocket: accepts it, and sends that. */
function webSocket(send: (socket: Socket) => void) {
  return ({ head, socket }: Call): void => {
    const key = /sec-websocket-key: (.*)/i.exec(head)?.[1];
    const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept.digest("base64")}\r\n\r\n`,
    );
    send(socket);
  };
}

const frames = (packets: readonly (string | Buffer)[]) =>
  webSocket((socket) => {
    for (const packet of packets) socket.write(serverFrame(packet));
  });

let victim: VictimProcess;

beforeAll(async () => {
  victim = await VictimProcess.start("client-victim");
});

afterAll(() => victim?.end());

interface Outcome {
  readonly log: string[];
  readonly server: RawServer;
}

/** Leaves a client to such a server for a while; it has to come out of it as it went in. */
async function expose(
  transport: string,
  answer: (call: Call) => void,
  options: Record<string, unknown> = {},
): Promise<Outcome> {
  const server = await RawServer.start(answer);
  const before = await victim.measure();
  const client = await victim.ask({
    do: "connect",
    url: server.url,
    options: {
      transports: [transport],
      reconnection: true,
      reconnectionDelay: DELAY,
      randomizationFactor: 0,
      timeout: 400,
      ...options,
    },
  });
  await pause(EXPOSURE);
  const log = (await victim.ask({ do: "log", client: client as number })) as string[];
  const { connections } = server;
  await victim.ask({ do: "drop", client: client as number });
  const after = await victim.measure();
  expect(after.crashes).toEqual(before.crashes);
  expect(after.memory - before.memory).toBeLessThan(GROWTH);
  expect(connections).toBeLessThan(20);
  return { log, server };
}

const failed = /^connect_error/;
const lost = /^disconnect (parse|transport) error|^disconnect (transport close|ping timeout)/;

describe("a server that does not get to the handshake", () => {
  test.each([
    [
      "endless headers",
      (socket: Socket) => {
        socket.write("HTTP/1.1 200 OK\r\nx: ");
        flood(socket, "x".repeat(65_536));
      },
    ],
    [
      "endless header fields",
      (socket: Socket) => {
        socket.write("HTTP/1.1 200 OK\r\n");
        flood(socket, "x-field: value\r\n".repeat(1000));
      },
    ],
    [
      "endless interim responses",
      (socket: Socket) => {
        const timer = setInterval(
          () => socket.write("HTTP/1.1 102 Processing\r\n\r\n".repeat(10)),
          1,
        );
        socket.on("close", () => clearInterval(timer));
      },
    ],
    [
      "another protocol",
      (socket: Socket) => {
        socket.end(
          "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n",
        );
      },
    ],
    ["no HTTP at all", (socket: Socket) => socket.end("\x16\x03\x01 SSH-2.0\r\n")],
    ["silence", () => {}],
  ])("%s", async (_, answer) => {
    for (const transport of ["polling", "websocket"]) {
      const { log, server } = await expose(transport, ({ socket }) => answer(socket));
      expect(log[0]).toMatch(failed);
      // 100, 200, 400 ms: it backs off.
      expect(server.calls).toBeLessThan(6);
    }
  });

  test("an endless body, plain and in chunks, is cut at `maxPayload`", async () => {
    const heads = ["", "transfer-encoding: chunked\r\n"];
    for (const [i, head] of heads.entries()) {
      const text = "0".repeat(65_536);
      const { log, server } = await expose(
        "polling",
        ({ socket }) => {
          socket.write(`HTTP/1.1 200 OK\r\n${head}\r\n`);
          flood(socket, i === 0 ? text : `10000\r\n${text}\r\n`);
        },
        { maxPayload: 5_000_000, timeout: 5000 },
      );
      expect(log[0]).toMatch(/^connect_error xhr poll error/);
      expect(server.calls).toBeLessThan(6);
    }
  });

  test("an endless page of an error is cut early, and its status told", async () => {
    const { log } = await expose(
      "polling",
      ({ socket }) => {
        socket.write("HTTP/1.1 500 Error\r\n\r\n");
        flood(socket, "x".repeat(65_536));
      },
      { timeout: 5000 },
    );
    expect(log[0]).toMatch(/^connect_error xhr poll error/);
  });

  test.each(['42["early"]', "2", "6", "", "{}", "b////", "40", "5"])(
    "%j before the handshake, without end",
    async (packet) => {
      const body = Array(100_000).fill(packet).join(SEPARATOR);
      const polled = await expose("polling", ({ socket }) => respond(socket, body));
      expect(polled.log[0]).toMatch(failed);
      const socketed = await expose(
        "websocket",
        webSocket((socket) =>
          flood(socket, Buffer.concat(Array(1000).fill(serverFrame(packet || "x")))),
        ),
      );
      expect(socketed.log[0]).toMatch(failed);
      expect(polled.server.calls + socketed.server.calls).toBeLessThan(14);
    },
  );
});

describe("a handshake of nonsense", () => {
  test.each([
    ['"pingInterval":0,"pingTimeout":0'],
    ['"pingInterval":-1,"pingTimeout":-1'],
    ['"pingInterval":1e99,"pingTimeout":1e99'],
    ['"pingInterval":"25000","pingTimeout":{}'],
    ['"pingInterval":null'],
    [`${TIMES},"maxPayload":0`],
    [`${TIMES},"maxPayload":-1`],
    [`${TIMES},"maxPayload":{"a":1}`],
    [`${TIMES},"__proto__":{"polluted":1},"constructor":1`],
    [`${TIMES},"upgrades":[${Array(50_000).fill('"websocket"').join(",")}]`],
  ])("%.60s", async (members) => {
    for (const [transport, answer] of [
      ["polling", polling([JOINED], `0{"sid":"hostile",${members}}`)],
      ["websocket", frames([`0{"sid":"hostile",${members}}`, JOINED])],
    ] as const) {
      const { server } = await expose(transport, answer, {
        ...(members.includes("upgrades") && { transports: ["polling", "websocket"] }),
      });
      // It may be connected, or find the heartbeat missing; a loop without a pause it is never.
      expect(server.calls).toBeLessThan(60);
    }
  });
});

describe("after the handshake", () => {
  const endless = Array(200_000).fill('42["early",1]');

  test("events without end before the connection is confirmed end it", async () => {
    const polled = await expose("polling", polling([endless.join(SEPARATOR)]));
    const socketed = await expose("websocket", frames([OPEN, ...endless.slice(0, 20_000)]));
    for (const { log } of [polled, socketed]) {
      expect(log.join()).toMatch(/disconnect parse error/);
      expect(log.join()).not.toMatch(/event early/);
    }
  });

  test.each([
    ["a huge number of attachments", ['45999999999-["x"]'], lost],
    [
      "attachments that never come",
      ['453-["x",{"_placeholder":true,"num":0}]', Buffer.alloc(9)],
      /^connect$/,
    ],
    ["attachments without a packet", [Buffer.alloc(9)], lost],
    ["bad JSON", ['42["x",}'], lost],
    ["no event", ["42{}"], lost],
    ["nesting", [`42["x",${"[".repeat(100_000)}${"]".repeat(100_000)}]`], lost],
    [
      "prototype keys",
      ['42["x",{"__proto__":{"polluted":1}}]', '42["__proto__"]'],
      /^event __proto__/,
    ],
    ["acknowledgements of what was never asked", ["43999[1]", "430[1]", "43[1]"], /^connect$/],
    [
      "a second welcome, and one of another namespace",
      [JOINED, '40/other,{"sid":"x"}'],
      /^connect$/,
    ],
    ["a welcome without an id", ["40{}"], /^connect_error server speaks/],
    ["packets of no type", ["49", "4", "7"], lost],
  ] as const)("%s", async (_, packets, outcome) => {
    const texts = packets.map((one) =>
      typeof one === "string" ? one : `b${one.toString("base64")}`,
    );
    const polled = await expose("polling", polling([JOINED, texts.join(SEPARATOR)]));
    const socketed = await expose("websocket", frames([OPEN, JOINED, ...packets]));
    for (const { log, server } of [polled, socketed]) {
      expect(
        log.some((line) => outcome.test(line)),
        log.join("\n"),
      ).toBe(true);
      expect(server.calls).toBeLessThan(100);
    }
  });

  test.each([
    ["a frame with reserved bits", Buffer.from([0xf1, 1, 0x32])],
    ["an unknown opcode", Buffer.from([0x8b, 1, 0x32])],
    ["a masked frame", Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0x32])],
    ["a continuation of nothing", Buffer.from([0x80, 1, 0x32])],
    [
      "a length beyond everything",
      Buffer.from([0x82, 127, 0x7f, 255, 255, 255, 255, 255, 255, 255]),
    ],
    ["text that is no UTF-8", Buffer.from([0x81, 2, 0xc3, 0x28])],
    ["a ping that is too long", Buffer.concat([Buffer.from([0x89, 126, 1, 0]), Buffer.alloc(256)])],
  ])("%s", async (_, bytes) => {
    const { log } = await expose(
      "websocket",
      webSocket((socket) => {
        for (const packet of [OPEN, JOINED]) socket.write(serverFrame(packet));
        socket.write(bytes);
      }),
    );
    expect(
      log.some((line) => lost.test(line)),
      log.join("\n"),
    ).toBe(true);
  });

  test("a server that pings without end, and reads nothing", async () => {
    const ping = serverFrame("2");
    const { log } = await expose(
      "websocket",
      webSocket((socket) => {
        for (const packet of [OPEN, JOINED]) socket.write(serverFrame(packet));
        socket.pause();
        flood(socket, Buffer.concat(Array(1000).fill(ping)));
      }),
    );
    expect(log).toContain("connect");
  });

  test("who breaks the protocol, and answers no POST, leaves no session behind", async () => {
    const pings = Array(20).fill("2");
    const answer = polling([JOINED, "42[", ...pings], OPEN, false);
    const { log, server } = await expose("polling", answer);
    expect(log.join()).toMatch(/disconnect parse error/);
    expect(server.calls).toBeLessThan(200);
  });
});
