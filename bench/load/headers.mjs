// What a browser sends with a request.

const HEADERS = [
  "Pragma: no-cache",
  "Cache-Control: no-cache",
  "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
  "Origin: http://localhost:3000",
  "Accept-Encoding: gzip, deflate, br, zstd",
  "Accept-Language: en-GB,en;q=0.9,de-DE;q=0.8,de;q=0.7",
].join("\r\n");

/** Of a page, with a session cookie of its own for each visitor. */
function common(host, visitor) {
  const session = `${visitor.toString(36).padStart(8, "0")}b7Yx2LmQ9vTz4KpW`;
  return `Host: ${host}\r\nConnection: keep-alive\r\n${HEADERS}\r\nCookie: _ga=GA1.1.1867322112.1761038411; theme=dark; session=s%3A${session}\r\n`;
}

/** @param {string} path @param {string} host @param {number} visitor */
export function upgradeRequest(path, host, visitor) {
  const headers = common(host, visitor).replace("Connection: keep-alive", "Connection: Upgrade");
  return (
    `GET ${path} HTTP/1.1\r\n${headers}` +
    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
    "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n"
  );
}

const PAGE =
  "Accept: */*\r\nReferer: http://localhost:3000/\r\n" +
  "Sec-Fetch-Dest: empty\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Site: same-site\r\n";

/** @param {string} path @param {string} host @param {number} visitor */
export function getRequest(path, host, visitor) {
  return `GET ${path} HTTP/1.1\r\n${common(host, visitor)}${PAGE}\r\n`;
}

/** @param {string} path @param {string} host @param {number} visitor @param {string} body in ASCII */
export function postRequest(path, host, visitor, body) {
  return (
    `POST ${path} HTTP/1.1\r\n${common(host, visitor)}${PAGE}` +
    `Content-Type: text/plain;charset=UTF-8\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  );
}
