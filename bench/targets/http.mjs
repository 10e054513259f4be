// A Socket.IO server on an HTTP server, the way its documentation shows it.
import { createServer } from "node:http";

/** @param {any} Server of Hawser or Socket.IO @returns how `application.mjs` starts it */
export function listenWith(Server) {
  return async (options) => {
    const http = createServer();
    const io = new Server(http, options);
    await new Promise((resolve) => http.listen(0, "0.0.0.0", 1024, resolve));
    return { io, port: http.address().port };
  };
}
