// Asking and waiting for the answer: one message in flight for each connection.
import { NumberedFrames, readNumber } from "./frames.mjs";

/**
 * @param {import("./fleet.mjs").Fleet} fleet
 * @param {{ message: any, reply?: any, count: number, window?: number }} options `count` over all connections
 */
export function exchange({ connections }, { message, reply = message, count, window = 1 }) {
  const frames = new NumberedFrames(message.parts);
  let open = connections.length;
  let heard = 0;
  let finish;

  function send(connection) {
    connection.left--;
    frames.write(connection.socket, connection.sent++);
  }

  return {
    start(done) {
      finish = done;
      const each = Math.ceil(count / connections.length);
      for (const connection of connections) {
        connection.left = each;
        for (let i = 0; i < window && connection.left > 0; i++) {
          send(connection);
        }
      }
    },
    message(connection, bytes, at, length, opcode) {
      if (!isNumbered(reply, bytes, at, length, opcode)) {
        return;
      }
      inTurn(connection, readNumber(bytes, at + reply.numberAt));
      heard++;
      if (connection.left > 0) {
        send(connection);
      } else if (connection.heard === connection.sent && --open === 0) {
        finish({ count: heard });
      }
    },
    status: () => `${heard} answers came, ${open} connections still wait`,
  };
}

/** Whether this frame has the number; anything that does not belong to the message is an error. */
export function isNumbered(message, bytes, at, length, opcode) {
  if (opcode === message.opcode && length === message.length) {
    return true;
  }
  if (message.before === undefined || length !== message.before) {
    const text = bytes.latin1Slice(at, at + Math.min(length, 100));
    throw new Error(`another message than expected, of ${length} bytes: ${text}`);
  }
  return false;
}

/** @param {import("./connection.mjs").Connection} connection @param {number} number */
export function inTurn(connection, number) {
  if (number !== connection.heard) {
    throw new Error(`socket ${connection.index}: ${number} came, not ${connection.heard}`);
  }
  connection.heard++;
}
