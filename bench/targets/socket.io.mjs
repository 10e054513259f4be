// The official server.
import { createRequire } from "node:module";
import { serveApplication } from "./application.mjs";
import { listenWith } from "./http.mjs";

const { Server } = createRequire(import.meta.url)("socket.io");

serveApplication(listenWith(Server));
