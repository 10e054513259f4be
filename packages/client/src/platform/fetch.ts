import type { HttpReply, SendRequest } from "./platform.ts";

/** Requests by fetch, in browsers and in Node. */
export const sendFetch: SendRequest = (
  { method, url, body, headers, options, responseType },
  done,
) => {
  const { cookies } = options;
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
      const { status } = response;
      return {
        body: await (responseType ? response.arrayBuffer() : response.text()),
        failure: status === 200 ? undefined : { description: status, context: response },
      };
    } catch (error) {
      return { body: "", failure: { description: error } };
    }
  };
  run().then((reply) => {
    if (!controller.signal.aborted) {
      done(reply);
    }
  });
  return () => controller.abort();
};
