// The server that both clients talk to: packets as texts made beforehand, on `ws` and node:http alone.
import { createServer } from "node:http";
import { WebSocketServer } from "ws";
import { answerCalls } from "../calls.mjs";
import { TEXT_64 } from "../scenarios/fillers.mjs";
import { Peer } from "./peer.mjs";
import { PollingPipe, WebSocketPipe } from "./pipes.mjs";

const http = createServer();
const webSockets = new WebSocketServer({ noServer: true });
/** By session id; those over WebSocket only as well. @type {Map<string, Peer>} */
const peers = new Map();
/** The first event that a peer is sent, once it has joined. */
let greeting;
/** @type {Error | undefined} */
let failure;
let opened = 0;
let told = 0;
let onTold = () => {};

function createPeer(pipe, upgrades) {
  const sid = `bench${String(opened++).padStart(15, "0")}`;
  const peer = new Peer(sid, {
    greeting,
    left: () => peers.delete(sid),
    failed: (error) => {
      failure ??= error;
    },
    told: () => {
      told++;
      onTold();
    },
  });
  peers.set(sid, peer);
  peer.start(pipe, upgrades);
}

http.on("request", (request, response) => {
  const sid = new URL(request.url, "http://x").searchParams.get("sid");
  if (!sid) {
    const pipe = new PollingPipe();
    createPeer(pipe, ["websocket"]);
    pipe.request(request, response);
  } else if (peers.has(sid)) {
    peers.get(sid).polling.request(request, response);
  } else {
    response.writeHead(400).end();
  }
});

http.on("upgrade", (request, tcp, head) => {
  tcp.setNoDelay(true);
  webSockets.handleUpgrade(request, tcp, head, (webSocket) => {
    const sid = new URL(request.url, "http://x").searchParams.get("sid");
    const pipe = new WebSocketPipe(webSocket, tcp);
    if (sid) {
      peers.get(sid).probe(pipe);
    } else {
      createPeer(pipe, []);
    }
  });
});

function check() {
  if (failure) {
    throw failure;
  }
}

/** Waits until `condition`, and at most for a minute. */
function until(condition, describe) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(failure ?? new Error(`lost: ${describe()}`)), 60_000);
    onTold = () => {
      if (condition() || failure) {
        clearTimeout(timer);
        onTold = () => {};
        resolve();
      }
    };
    onTold();
  });
}

answerCalls({
  listen({ greets = false }) {
    greeting = greets ? `42["welcome",${JSON.stringify(TEXT_64)}]` : undefined;
    return new Promise((resolve) => {
      http.listen(0, "127.0.0.1", 1024, () => resolve({ port: http.address().port }));
    });
  },
  /** Sends `count` events in all, `batch` of them in a write. */
  async send({ kind, count, batch }) {
    const each = Math.ceil(count / peers.size / batch);
    for (let i = 0; i < each; i++) {
      for (const peer of peers.values()) {
        peer.sendEvents(kind, batch);
      }
      await new Promise(setImmediate);
    }
    check();
    return { count: each * batch * peers.size };
  },
  /** Sends questions and waits for the echo of each, one in flight for each peer. */
  async exchange({ count }) {
    const each = Math.ceil(count / peers.size);
    await Promise.all([...peers.values()].map((peer) => peer.exchange(each)));
    check();
    return { count: each * peers.size };
  },
  /** Waits until `count` events came in all. */
  async told({ count }) {
    await until(
      () => told >= count,
      () => `${told} of ${count} events came`,
    );
    check();
    if (told !== count) {
      throw new Error(`${told} events came, not ${count}`);
    }
  },
  cpu() {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  close: check,
});
