// Messages that the server sends by itself.

import { inTurn, isNumbered } from "./exchange.mjs";
import { clientFrame, readNumber, TEXT } from "./frames.mjs";

/**
 * Counts them; after each `every` the first connection tells the server, which waits for it.
 *
 * @param {import("./fleet.mjs").Fleet} fleet
 * @param {{ message: any, count: number, every: number, gaps?: boolean }} options `count` over all
 *   connections; with `gaps` a connection gets some of the numbers only, still in order
 */
export function deliveries({ connections, dialect }, { message, count, every, gaps = false }) {
  const seen = clientFrame(TEXT, dialect.plain("seen"));
  let heard = 0;
  let finish;
  let told = every;

  return {
    start(done) {
      finish = done;
    },
    message(connection, bytes, at, length, opcode) {
      if (!isNumbered(message, bytes, at, length, opcode)) {
        return;
      }
      const number = readNumber(bytes, at + message.numberAt);
      if (gaps) {
        if (!(number >= connection.heard)) {
          throw new Error(`socket ${connection.index}: ${number} is too late or doubled`);
        }
        connection.heard = number + 1;
      } else {
        inTurn(connection, number);
      }
      if (++heard === told) {
        told += every;
        connections[0].write(seen);
      }
      if (heard === count) {
        finish({ count: heard });
      }
    },
    status: () => `${heard} of ${count} messages came`,
  };
}
