import { readFileSync } from "node:fs";
import { createServer as createHttp } from "node:http";
import { createSecureServer } from "node:http2";
import { createServer as createHttps, type Server as HttpsServer } from "node:https";
import { Server } from "socket.io";

const tls = { key: readFileSync("key.pem"), cert: readFileSync("cert.pem") };

const http = createHttp((_req, res) => res.end());
const https: HttpsServer = createHttps(tls);
const http2 = createSecureServer({ ...tls, allowHTTP1: true });

new Server(http);
new Server(https, { cors: { origin: "*" } });
new Server(http2);
const io = new Server();
io.attach(https);
io.listen(http);
io.attach(http2, { path: "/x" });

export async function stop(): Promise<void> {
  io.disconnectSockets(true);
  await io.close();
  io.close((error) => error?.message);
}

export function make(port: number | undefined): Server {
  const made = port ? new Server(port) : new Server(http);
  return made;
}
