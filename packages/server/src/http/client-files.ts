import { createReadStream } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import { createBrotliCompress, createDeflate, createGzip } from "node:zlib";
import { acceptedEncoding } from "./accept-encoding.ts";
import type { RequestHandler } from "./attach.ts";
import { type Middleware, runMiddlewares } from "./middleware.ts";
import { asEngineRequest } from "./request.ts";

/** The files of the browser client that are served. */
const NAMES = new Set(
  [
    "socket.io.js",
    "socket.io.min.js",
    "socket.io.esm.min.js",
    "socket.io.msgpack.min.js",
    "socket.io.websocket.esm.min.js",
  ].flatMap((name) => [name, `${name}.map`]),
);

const ENCODERS = {
  br: createBrotliCompress,
  gzip: createGzip,
  deflate: createDeflate,
} as const;

const ENCODINGS = ["br", "gzip", "deflate"] as const;

/** Where the files come from. */
interface Source {
  readonly folder: URL;
  /** The files are valid as long as the version of the server is, so that is their ETag. */
  readonly version: string;
  /** What answers in the place of reading from the folder, at the time of a request. */
  send(): SendFile | undefined;
}

/** Requests that are not the engine's although they are under its path. */
export interface Claim {
  matches(url: string): boolean;
  handle: RequestHandler;
}

/** The requests for client files under `path`; the middlewares come first. */
export function clientFiles(
  path: string,
  middlewares: readonly Middleware[],
  source: Source,
): Claim {
  return {
    matches: (url) => clientFileOf(url, path) !== undefined,
    handle: (request, response) =>
      runMiddlewares(middlewares, asEngineRequest(request), response, () => {
        if (!response.writableEnded) {
          serveClientFile(request, response, clientFileOf(request.url ?? "", path)!, source);
        }
      }),
  };
}

/** The name of a client file that a URL asks for, if it does. */
function clientFileOf(url: string, path: string): string | undefined {
  if (!url.startsWith(`${path}/`)) {
    return undefined;
  }
  const query = url.indexOf("?");
  const name = url.slice(path.length + 1, query < 0 ? undefined : query);
  return NAMES.has(name) ? name : undefined;
}

/** Answers with a client file; the headers are set, but for the encoding. */
export type SendFile = (name: string, request: IncomingMessage, response: ServerResponse) => void;

function serveClientFile(
  request: IncomingMessage,
  response: ServerResponse,
  name: string,
  { folder, version, send }: Source,
): void {
  const etag = `"${version}"`;
  const known = request.headers["if-none-match"];
  if (known === etag || known === `W/${etag}`) {
    response.writeHead(304).end();
    return;
  }
  const type = name.endsWith(".map") ? "application/json" : "application/javascript";
  response.setHeader("Cache-Control", "public, max-age=0");
  response.setHeader("Content-Type", `${type}; charset=utf-8`);
  response.setHeader("ETag", etag);
  const sendFile = send();
  if (sendFile) {
    sendFile(name, request, response);
    return;
  }
  const encoding = acceptedEncoding(request.headers["accept-encoding"], ENCODINGS);
  const file = createReadStream(new URL(name, folder));
  const done = () => {};
  // The status waits for the file: a missing one is a 500, not a broken 200.
  file.once("error", () => {
    if (!response.headersSent) {
      response.writeHead(500).end();
    }
  });
  file.once("open", () => {
    if (encoding) {
      response.writeHead(200, { "content-encoding": encoding });
      pipeline(file, ENCODERS[encoding](), response, done);
    } else {
      response.writeHead(200);
      pipeline(file, response, done);
    }
  });
}
