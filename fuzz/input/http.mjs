// HTTP requests as bytes. Whatever is asked for, each is framed as one request.

/**
 * @param {string} method
 * @param {string} target
 * @param {readonly (readonly [name: string, value: string])[]} headers
 * @param {Buffer} [body]
 * @param {boolean} [isChunked]
 */
export function requestBytes(method, target, headers, body, isChunked) {
  const lines = [`${method} ${target.replace(/[\r\n]/g, "")} HTTP/1.1`];
  if (!headers.some(([name]) => name === "Host")) {
    lines.push("Host: 127.0.0.1");
  }
  lines.push(...headers.map(([name, value]) => `${name}: ${value}`));
  if (body) {
    lines.push(isChunked ? "Transfer-Encoding: chunked" : `Content-Length: ${body.length}`);
  }
  const head = Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
  if (!body) {
    return head;
  }
  return Buffer.concat([head, ...(isChunked ? chunksOf(body) : [body])]);
}

/** @param {Buffer} body */
function chunksOf(body) {
  const size = Math.max(1, Math.ceil(body.length / 3));
  const parts = [];
  for (let i = 0; i < body.length; i += size) {
    const part = body.subarray(i, i + size);
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from("\r\n"));
  }
  return [...parts, Buffer.from("0\r\n\r\n")];
}
