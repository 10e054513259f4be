// Visitors that come, take part and go: most over WebSocket, some by the way of polling.
import { Connection } from "./connection.mjs";
import { clientFrame, TEXT } from "./frames.mjs";
import { openUpgraded } from "./upgrade.mjs";

/**
 * @param {import("./fleet.mjs").Fleet} fleet
 * @param {{ count: number, atOnce: number, polling: boolean }} options one in ten by polling
 */
export async function churn(fleet, { count, atOnce, polling }) {
  const enter = clientFrame(TEXT, fleet.dialect.plain("enter"));
  const { parts } = fleet.dialect.ask("how are you?");
  const question = clientFrame(TEXT, parts[0].payload);
  const answerLength = fleet.dialect.reply("how are you?").length;

  async function visit(index) {
    const { port, dialect, drill } = fleet;
    const upgraded = polling && index % 10 === 0;
    const options = { index, port, dialect, drill };
    const connection = upgraded ? await openUpgraded(options) : new Connection(options);
    const answered = new Promise((resolve) => {
      connection.receiver = {
        // Others' greetings come too.
        message: (_connection, _bytes, _at, size) => size === answerLength && resolve(),
      };
    });
    await connection.ready;
    connection.write(enter);
    connection.write(question);
    await answered;
    await connection.end(index % 3 === 0);
  }

  await fleet.inTurns(count, atOnce, visit);
  fleet.check();
  return { count };
}
