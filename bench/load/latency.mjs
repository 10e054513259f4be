// Questions at a fixed rate, whether the answers have come or not.
import { inTurn, isNumbered } from "./exchange.mjs";
import { NumberedFrames, readNumber } from "./frames.mjs";

const IN_FLIGHT = 1024;

/**
 * @param {import("./fleet.mjs").Fleet} fleet
 * @param {{ message: any, reply?: any, other?: any, rate: number, seconds: number }} options `other`
 *   may come as well
 */
export function latency({ connections }, { message, reply = message, other, rate, seconds }) {
  const frames = new NumberedFrames(message.parts);
  const sentAt = connections.map(() => new Float64Array(IN_FLIGHT));
  const places = new Map(connections.map((connection, place) => [connection, place]));
  const total = rate * seconds;
  const times = new Float64Array(total);
  let sent = 0;
  let heard = 0;
  let finish;

  function sendDue(start) {
    const due = Math.min(total, Math.floor(((performance.now() - start) / 1000) * rate));
    for (; sent < due; sent++) {
      const place = sent % connections.length;
      const connection = connections[place];
      sentAt[place][connection.sent % IN_FLIGHT] = performance.now();
      frames.write(connection.socket, connection.sent++);
    }
    return sent < total;
  }

  return {
    start(done) {
      finish = done;
      const start = performance.now();
      const timer = setInterval(() => sendDue(start) || clearInterval(timer), 1);
    },
    message(connection, bytes, at, length, opcode) {
      if (other !== undefined && length === other.length) {
        return;
      }
      isNumbered(reply, bytes, at, length, opcode);
      const number = readNumber(bytes, at + reply.numberAt);
      inTurn(connection, number);
      times[heard++] = performance.now() - sentAt[places.get(connection)][number % IN_FLIGHT];
      if (heard === total) {
        times.sort();
        const quantile = (share) => times[Math.min(total - 1, Math.floor(share * total))];
        finish({ p50: quantile(0.5), p99: quantile(0.99), max: times[total - 1] });
      }
    },
    status: () => `${heard} answers of ${total} came`,
  };
}
