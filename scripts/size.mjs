// The browser bundles must stay small: bytes after gzip -9, 1 kB = 1000 bytes.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const LIMITS = {
  "socket.io.esm.min.js": 10_600,
  "socket.io.min.js": 10_600,
  "socket.io.msgpack.min.js": 13_500,
  "socket.io.websocket.esm.min.js": 8_000,
};

/** @param {string} root */
export function checkSize(root) {
  return Object.entries(LIMITS)
    .map(([file, limit]) => {
      const bytes = gzipSync(readFileSync(join(root, "packages/client/dist", file)), {
        level: 9,
      }).length;
      console.log(`size: ${file} ${bytes} bytes gzip, limit ${limit}`);
      return bytes <= limit;
    })
    .every(Boolean);
}
