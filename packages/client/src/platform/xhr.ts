import type { HttpReply, SendRequest } from "./platform.ts";

const inFlight = new Set<XMLHttpRequest>();
let listening = false;

/** A page in the back/forward cache must not hold requests. */
function abortOnPageHide(): void {
  if (!listening) {
    listening = true;
    const event = "onpagehide" in globalThis ? "pagehide" : "unload";
    globalThis.addEventListener?.(event, abortAll);
  }
}

function abortAll(): void {
  for (const xhr of inFlight) {
    xhr.onloadend = null;
    xhr.abort();
  }
  inFlight.clear();
}

/** Requests by XMLHttpRequest. */
export const sendXhr: SendRequest = ({ method, url, body, headers, options }, done) => {
  const xhr = new XMLHttpRequest();
  xhr.open(method, url, true);
  for (const name in headers) {
    xhr.setRequestHeader(name, String(headers[name]));
  }
  xhr.withCredentials = !!options.withCredentials;
  xhr.timeout = options.requestTimeout ?? 0;
  inFlight.add(xhr);
  abortOnPageHide();
  // Fires exactly once for every outcome: load, error, timeout, abort.
  xhr.onloadend = () => {
    inFlight.delete(xhr);
    const { status } = xhr;
    const reply: HttpReply = { text: xhr.responseText };
    if (status !== 200) {
      reply.failure = { description: status, context: xhr };
    }
    done(reply);
  };
  xhr.send(body);
  return () => {
    inFlight.delete(xhr);
    xhr.onloadend = null;
    xhr.abort();
  };
};
