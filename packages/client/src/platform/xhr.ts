import { MAX_PAYLOAD, type SendRequest } from "./platform.ts";

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
export const sendXhr: SendRequest = (
  { method, url, body, headers, options, responseType },
  done,
) => {
  const xhr = new XMLHttpRequest();
  xhr.open(method, url, true);
  for (const name in headers) {
    xhr.setRequestHeader(name, String(headers[name]));
  }
  xhr.withCredentials = !!options.withCredentials;
  xhr.timeout = options.requestTimeout ?? 0;
  xhr.responseType = responseType ?? "";
  xhr.onprogress = ({ loaded }) => {
    if (loaded > (options.maxPayload ?? MAX_PAYLOAD)) {
      xhr.abort();
    }
  };
  inFlight.add(xhr);
  abortOnPageHide();
  // Fires exactly once for every outcome: load, error, timeout, abort.
  xhr.onloadend = () => {
    inFlight.delete(xhr);
    const { status } = xhr;
    done({
      body: xhr.response,
      failure: status === 200 ? undefined : { description: status, context: xhr },
    });
  };
  xhr.send(body);
  return () => {
    inFlight.delete(xhr);
    xhr.onloadend = null;
    xhr.abort();
  };
};
