// Echoes over long polling: one in flight for each session.
import { FIRST_NUMBER } from "./frames.mjs";

/** @param {import("./polling.mjs").PollingSession[]} sessions @param {{ filler: string, count: number }} options */
export async function pollingExchange(sessions, { filler, count }) {
  const each = Math.ceil(count / sessions.length);
  const rest = `,${JSON.stringify(filler)}]`;
  await Promise.all(
    sessions.map(async (session) => {
      for (let i = 0; i < each; i++) {
        const packet = `42["echo",${FIRST_NUMBER + i}${rest}`;
        const answer = await new Promise((resolve) => {
          session.onMessage = resolve;
          session.send(packet);
        });
        if (answer !== packet) {
          throw new Error(`session ${session.index}: ${answer} came, not ${packet}`);
        }
      }
    }),
  );
  return { count: each * sessions.length };
}
