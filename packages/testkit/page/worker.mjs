// The thread between a test and a page: it serves the page and carries the messages of both, so that
// the test can wait for an answer of the page without giving up its turn.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { workerData } from "node:worker_threads";
import { WebSocketServer } from "ws";

/** @type {{ port: import("node:worker_threads").MessagePort; bell: Int32Array }} */
const { port, bell } = workerData;
const html = `<!doctype html><title>page</title><link rel="icon" href="data:,">
<script type="module" src="/page.js"></script>`;
const script = readFileSync(new URL("./page.js", import.meta.url));

const server = createServer((request, response) => {
  const isScript = request.url === "/page.js";
  response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
  response.end(isScript ? script : html);
});

/** @param {unknown} message */
function tell(message) {
  port.postMessage(message);
  Atomics.add(bell, 0, 1);
  Atomics.notify(bell, 0);
}

new WebSocketServer({ server }).on("connection", (page) => {
  page.on("message", (text) => tell(JSON.parse(String(text))));
  port.on("message", (requests) => page.send(JSON.stringify(requests)));
});

server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  tell({ listening: typeof address === "object" && address?.port });
});
