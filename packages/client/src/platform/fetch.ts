import type { HttpReply, SendRequest } from "./platform.ts";

/** Reads a body in one piece. @param maxBytes as the option `maxPayload` */
export type ReadBody = (
  response: Response,
  maxBytes: number | undefined,
) => Promise<Pick<Blob, "text" | "arrayBuffer">>;

/**
 * Requests by fetch, in browsers and in Node.
 * @param init for every request @param readBody missing where bodies are not limited
 */
export function fetchBy(init?: RequestInit, readBody?: ReadBody): SendRequest {
  return ({ method, url, body, headers, options, responseType }, done) => {
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
          ...init,
          method,
          headers: fields,
          credentials: options.withCredentials ? "include" : "omit",
          signal: controller.signal,
          ...(body !== undefined && { body }),
        });
        cookies?.store(response.headers.getSetCookie());
        const { status } = response;
        if (status !== 200) {
          response.body?.cancel();
          return { body: "", failure: { description: status, context: response } };
        }
        const reply = (await readBody?.(response, options.maxPayload)) ?? response;
        return { body: await (responseType ? reply.arrayBuffer() : reply.text()) };
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
}
