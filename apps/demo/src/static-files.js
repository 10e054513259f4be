// The page's own files. Socket.IO's script is not among them: the server serves it itself.

import { readFile } from "node:fs/promises";
import { extname } from "node:path";

const PUBLIC = new URL("../public/", import.meta.url);
/** @type {Record<string, string>} */
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};
const HEADERS = {
  "Cache-Control": "no-cache",
  "Content-Security-Policy":
    "default-src 'self'; img-src 'self' blob:; connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

/**
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 */
export async function serveFile(request, response) {
  if (request.method !== "GET" && request.method !== "HEAD") {
    return end(response, 405, "Method not allowed\n", { Allow: "GET, HEAD" });
  }
  const path = (request.url ?? "/").split("?")[0] ?? "/";
  const name = path === "/" ? "index.html" : path.slice(1);
  const type = TYPES[extname(name)];
  // One flat folder and plain names: nothing that could climb out of it is ever looked up.
  if (!type || !/^[a-z-]+\.[a-z]+$/.test(name)) return end(response, 404, "Not found\n");
  try {
    const content = await readFile(new URL(name, PUBLIC));
    end(response, 200, request.method === "HEAD" ? "" : content, {
      ...HEADERS,
      "Content-Type": type,
    });
  } catch {
    end(response, 404, "Not found\n");
  }
}

/**
 * @param {import("node:http").ServerResponse} response
 * @param {number} status
 * @param {string | Buffer} body
 * @param {Record<string, string>} [headers]
 */
function end(response, status, body, headers = { "Content-Type": "text/plain; charset=utf-8" }) {
  response.writeHead(status, headers).end(body);
}
