// Messages without answers, as fast as the server reads.
import { NumberedFrames } from "./frames.mjs";

/**
 * @param {import("./fleet.mjs").Fleet} fleet
 * @param {{ message: any, count: number, batch: number }} options `batch` messages in one write
 */
export async function sendAll(fleet, { message, count, batch }) {
  const each = Math.ceil(count / fleet.connections.length / batch);
  await Promise.all(
    fleet.connections.map(async (connection) => {
      const frames = new NumberedFrames(message.parts, batch);
      for (let i = 0; i < each; i++) {
        const taken = frames.write(connection.socket, connection.sent);
        connection.sent += batch;
        await new Promise((resolve) => {
          if (taken) {
            setImmediate(resolve);
          } else {
            connection.socket.once("drain", resolve);
          }
        });
      }
    }),
  );
  fleet.check();
  return { count: each * batch * fleet.connections.length };
}
