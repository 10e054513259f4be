// Control: the same messages on `ws` alone.
import { serveApplication } from "./application.mjs";
import { listenBare, WsServer } from "./ws-server.mjs";

serveApplication(listenBare(WsServer));
