import type { HttpReply, SendRequest } from "./platform.ts";

/** Requests by fetch, in browsers and in Node. */
export const sendFetch: SendRequest = ({ method, url, body, headers, options, cookies }, done) => {
  const controller = new AbortController();
  const fields = new Headers();
  for (const name in headers) {
    for (const value of [headers[name] ?? ""].flat()) {
      fields.append(name, value);
    }
  }
  const cookie = cookies?.header();
  if (cookie) {
    fields.append("cookie", cookie);
  }

  const run = async (): Promise<HttpReply> => {
    try {
      const response = await fetch(url, {
        method,
        headers: fields,
        credentials: options.withCredentials ? "include" : "omit",
        signal: controller.signal,
        ...(body !== undefined && { body }),
      });
      cookies?.store(response.headers.getSetCookie());
      const text = await response.text();
      return response.status === 200
        ? { text }
        : { text, failure: { description: response.status, context: response } };
    } catch (error) {
      return { text: "", failure: { description: error } };
    }
  };
  run().then((reply) => {
    if (!controller.signal.aborted) {
      done(reply);
    }
  });
  return () => controller.abort();
};
