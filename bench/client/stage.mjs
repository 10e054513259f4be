// The sides are changed: the client is under test, and a server of a few lines is the load.
import { clientFolder } from "./package-folder.mjs";

const CLIENT = new URL("process.mjs", import.meta.url);
const SERVER = new URL("server.mjs", import.meta.url);

/** @param {import("../stage.mjs").Stage} stage @param {{ greets?: boolean }} [options] */
export async function startClient(stage, options) {
  const { name, args } = stage.target;
  stage.load = stage.spawn(SERVER, { name: "server", args: [], execArgv: [] });
  stage.server = stage.spawn(CLIENT, { name, args: [clientFolder({ name, args })] });
  const { port } = await stage.load.call("listen", options);
  await stage.server.call("target", { port });
}
