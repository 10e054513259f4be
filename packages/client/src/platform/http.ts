import http, { type ClientRequest, type RequestOptions } from "node:http";
import https from "node:https";
import type { CookieJar, HttpReply, HttpRequest, NetworkOptions, SendRequest } from "./platform.ts";

/** Requests by Node's http and https. */
export const sendHttp: SendRequest = ({ method, url, body, headers, options, cookies }, done) => {
  let settled = false;
  const settle = (reply: HttpReply): void => {
    if (!settled) {
      settled = true;
      done(reply);
    }
  };
  const request = open(method, url, headers, options, cookies);
  const fail = (error: unknown): void =>
    settle({ text: "", failure: { description: error, context: request } });

  request.on("error", fail);
  request.on("response", (response) => {
    cookies?.store(response.headers["set-cookie"] ?? []);
    let text = "";
    response.setEncoding("utf8");
    response.on("data", (chunk: string) => {
      text += chunk;
    });
    response.on("error", fail);
    response.on("end", () => {
      const { statusCode } = response;
      settle(
        statusCode === 200
          ? { text }
          : { text, failure: { description: statusCode, context: response } },
      );
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
  options: NetworkOptions,
  cookies: CookieJar | undefined,
): ClientRequest {
  const send = url.startsWith("https:") ? https.request : http.request;
  const request = send(url, { ...connectionOptions(options), method });
  for (const name in headers) {
    request.setHeader(name, headers[name]!);
  }
  const cookie = cookies?.header();
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
