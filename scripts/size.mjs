// The browser bundles must stay small: bytes after gzip -9, 1 kB = 1000 bytes.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { buildSync } from "esbuild";

const LIMITS = {
  "socket.io.esm.min.js": 12_800,
  "socket.io.min.js": 12_800,
  "socket.io.msgpack.min.js": 15_400,
  "socket.io.websocket.esm.min.js": 8_000,
};

/** What the import for servers of Socket.IO 1 and 2 may add to a page. */
const LEGACY_LIMIT = 2_000;

/** @param {string} root */
export function checkSize(root) {
  const sizes = Object.entries(LIMITS).map(([file, limit]) => {
    const bytes = gzipped(readFileSync(join(root, "packages/client/dist", file)));
    return { name: file, bytes, limit };
  });
  const alone = 'export { io } from "@hawser/client";';
  const legacy = `${alone} export { anyRevision, revision3 } from "@hawser/client/legacy";`;
  sizes.push({
    name: "@hawser/client/legacy",
    bytes: gzipped(bundled(root, legacy)) - gzipped(bundled(root, alone)),
    limit: LEGACY_LIMIT,
  });
  return sizes
    .map(({ name, bytes, limit }) => {
      console.log(`size: ${name} ${bytes} bytes gzip, limit ${limit}`);
      return bytes <= limit;
    })
    .every(Boolean);
}

/** @param {string | Uint8Array} data */
function gzipped(data) {
  return gzipSync(data, { level: 9 }).length;
}

/** What a bundler makes of the built packages. @param {string} root @param {string} contents */
function bundled(root, contents) {
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir: root },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
    // Packages as they are installed, not their sources.
    tsconfigRaw: "{}",
  });
  return outputFiles[0].contents;
}
