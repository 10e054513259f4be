import http, { type ClientRequest, type RequestOptions } from "node:http";
import https from "node:https";
import type {
  HttpReply,
  HttpRequest,
  NetworkOptions,
  SendRequest,
  SessionOptions,
} from "./platform.ts";

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
  request.on("response", (response) => {
    options.cookies?.store(response.headers["set-cookie"] ?? []);
    const chunks: Buffer[] = [];
    response.on("data", (chunk: Buffer) => chunks.push(chunk));
    response.on("error", fail);
    response.on("end", () => {
      const { statusCode: status, statusMessage: statusText } = response;
      const bytes = Buffer.concat(chunks);
      if (status === 200) {
        settle({ body: responseType ? bytes : bytes.toString() });
      } else {
        const context = { status, statusText, responseText: bytes.toString(), response };
        settle({ body: "", failure: { description: status, context } });
      }
    });
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
