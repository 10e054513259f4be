// The usual way of a page: long polling, and the upgrade to a WebSocket beside it.
import { Connection } from "./connection.mjs";
import { clientFrame, TEXT } from "./frames.mjs";
import { PollingSession } from "./polling.mjs";

const PROBE = clientFrame(TEXT, "2probe");
const UPGRADE = clientFrame(TEXT, "5");
const QUESTION = clientFrame(TEXT, '421["ask","upgraded"]');
const ANSWER = '431["upgraded"]';

/**
 * Ends when the namespace is joined and the WebSocket has carried a question and its answer.
 *
 * @param {{ index: number, port: number, dialect: any, drill: any }} options
 */
export async function openUpgraded({ index, port, dialect, drill }) {
  const session = new PollingSession({ index, port, fail: drill.fail });
  await session.open();
  let onMessage;
  const connection = new Connection({
    ...{ index, port, dialect, drill, probe: true },
    path: `${dialect.path}&sid=${session.sid}`,
    receiver: {
      message: (_connection, bytes, at, length) => onMessage(bytes.latin1Slice(at, at + length)),
    },
  });
  const heard = (wanted) =>
    new Promise((resolve, reject) => {
      onMessage = (text) =>
        text === wanted ? resolve() : reject(new Error(`${text}, not ${wanted}`));
    });

  const probe = async () => {
    await connection.ready;
    connection.write(PROBE);
    await heard("3probe");
  };
  await Promise.all([session.join(), probe()]);
  await session.pause();
  connection.write(UPGRADE);
  connection.write(QUESTION);
  await heard(ANSWER);
  connection.receiver = undefined;
  session.end();
  return connection;
}
