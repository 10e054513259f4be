import { json } from "node:stream/consumers";

/** The routes of the servers that have no framework. */
export function routes(name) {
  return async (request, response) => {
    if (request.url === "/hello") {
      response.end(`hello from ${name}`);
    } else if (request.url === "/double") {
      response.end(JSON.stringify((await json(request)).number * 2));
    } else if (request.url === "/page") {
      response.setHeader("content-type", "text/html");
      response.end('<!doctype html><script src="/socket.io/socket.io.js"></script>');
    } else {
      response.statusCode = 404;
      response.end();
    }
  };
}
