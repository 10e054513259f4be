import http, { type ClientRequest, type RequestOptions } from "node:http";
import https from "node:https";
import {
  type HttpReply,
  type HttpRequest,
  MAX_PAYLOAD,
  type NetworkOptions,
  type SendRequest,
  type SessionOptions,
} from "./platform.ts";

/** What is read of a page that tells of an error, in bytes. */
const MAX_ERROR_PAGE = 64 * 1024;

/** Requests by Node's http and https. */
export const sendHttp: SendRequest = (
  { method, url, body, headers, options, responseType },
  done,
) => {
  let settled = false;
  const settle = (reply: HttpReply): void => {
    if (!settled) {
      settled = true;
      done(reply);
    }
  };
  const request = open(method, url, headers, options);
  const fail = (error: Error): void =>
    settle({
      body: "",
      // As XMLHttpRequest has it where there was no answer.
      failure: { description: 0, context: { status: 0, responseText: error.message, error } },
    });

  request.on("error", fail);
  // Without an error too: by a server that changes to another protocol.
  request.on("close", () => fail(new Error("socket hang up")));
  request.on("response", (response) => {
    options.cookies?.store(response.headers["set-cookie"] ?? []);
    const { statusCode: status, statusMessage: statusText } = response;
    const limit = status === 200 ? (options.maxPayload ?? MAX_PAYLOAD) : MAX_ERROR_PAGE;
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (): void => {
      const bytes = Buffer.concat(chunks);
      if (status === 200) {
        settle({ body: responseType ? bytes : bytes.toString() });
      } else {
        const context = { status, statusText, responseText: bytes.toString(), response };
        settle({ body: "", failure: { description: status, context } });
      }
    };
    response.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) {
        chunks.push(chunk);
        return;
      }
      if (status === 200) {
        fail(new Error(`the response has more than ${limit} bytes`));
      } else {
        finish();
      }
      request.destroy();
    });
    response.on("error", fail);
    response.on("end", finish);
  });
  if (options.requestTimeout) {
    request.setTimeout(options.requestTimeout, () => request.destroy(new Error("timeout")));
  }
  if (options.autoUnref) {
    request.on("socket", (socket) => socket.unref());
  }
  request.end(body);
  return () => {
    settled = true;
    request.destroy();
  };
};

function open(
  method: string,
  url: string,
  headers: HttpRequest["headers"],
  options: SessionOptions,
): ClientRequest {
  const send = url.startsWith("https:") ? https.request : http.request;
  const request = send(url, { ...connectionOptions(options), method });
  // Some firewalls turn away who does not name himself; this is the name that they know.
  request.setHeader("User-Agent", "node-XMLHttpRequest");
  for (const name in headers) {
    request.setHeader(name, headers[name]!);
  }
  const cookie = options.cookies?.header();
  if (cookie) {
    const own = request.getHeader("cookie");
    request.setHeader("cookie", own ? `${own}; ${cookie}` : cookie);
  }
  return request;
}

/** What Node's http, tls and ws understand of the options; absent where not given. */
export function connectionOptions(options: NetworkOptions): RequestOptions {
  const { agent, pfx, key, passphrase, cert, ca, ciphers, rejectUnauthorized } = options;
  const { checkServerIdentity, localAddress, family } = options;
  const given = Object.entries({
    agent,
    pfx,
    key,
    passphrase,
    cert,
    ca,
    ciphers,
    rejectUnauthorized,
    checkServerIdentity,
    localAddress,
    family,
  }).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(given) as RequestOptions;
}
