import { createServer } from "node:net";

const FIRST = 20_000;
const LAST = 32_767;

/**
 * A port that was free a moment ago, between 20000 and 32767: below the range from which the
 * kernel takes the ports of outgoing connections, so that a server restarted on it finds it free.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST + 1));
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port between ${FIRST} and ${LAST}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}
