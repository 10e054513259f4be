import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/**
 * @typedef {object} Feed
 * @property {string} [server] the module of the server. Default: "@hawser/server".
 * @property {{ policy?: string, budget?: number }} [backpressure]
 * @property {boolean} [block] the slow one gets everything by `emitWithAck`, of which many are under way
 * @property {"websocket" | "polling"} [slowBy] without it, nobody is slow
 * @property {number} clients that read
 * @property {number} count of broadcasts
 * @property {number} bytes of each
 * @property {number} [samples] how often memory is looked at. Default: 20.
 */

/**
 * A server broadcasts to many that read, and one that has stopped; then the one reads on. Server and clients
 * are processes of their own.
 * @param {Feed} feed
 */
export async function runFeed(feed) {
  const { server = "@hawser/server", backpressure, block, slowBy, clients, count, bytes } = feed;
  const { samples = 20 } = feed;
  const origin = start("server.mjs", JSON.stringify({ server, backpressure, block }));
  let readers;
  try {
    const { port } = await origin.next();
    readers = start("readers.mjs", String(port));
    await readers.ask("connect", { count: clients, slowBy });
    const sampleEvery = Math.ceil(count / samples);
    const run = await origin.ask("run", { count, bytes, sampleEvery });
    const healthy = await readers.ask("healthy", { count });
    const slow = await readers.ask("resume");
    const after = await origin.ask("after");
    await readers.ask("end");
    return { run, healthy, slow, after };
  } finally {
    origin.kill();
    readers?.kill();
  }
}

/** @param {string} file @param {string} argument */
function start(file, argument) {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = fork(path, [argument], { execArgv: ["--expose-gc"] });
  const next = async () => {
    const [answer] = await Promise.race([
      once(child, "message"),
      once(child, "exit").then(([code]) => Promise.reject(new Error(`${file} ended: ${code}`))),
    ]);
    return answer;
  };
  return {
    next,
    /** @param {string} command @param {object} [args] */
    ask(command, args = {}) {
      child.send({ command, ...args });
      return next();
    },
    kill: () => child.kill("SIGKILL"),
  };
}
