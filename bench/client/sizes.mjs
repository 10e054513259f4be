// What a page loads: the files for browsers as they are in the packages.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { clientFolder } from "./package-folder.mjs";

const FILES = {
  script: "socket.io.min.js",
  module: "socket.io.esm.min.js",
  webSocket: "socket.io.websocket.esm.min.js",
  msgpack: "socket.io.msgpack.min.js",
};

const gzipped = (key, title) => ({ key, title: `${title}, gzip -9`, unit: "kB" });
const plain = (key) => ({ key: `${key}Plain`, title: "… minified", unit: "kB" });

export const sizes = {
  name: "client-size",
  title: "bundle size",
  size: {},
  quick: {},
  rounds: 1,
  metrics: [
    gzipped("script", "script"),
    plain("script"),
    gzipped("module", "ES module"),
    plain("module"),
    gzipped("webSocket", "ES module, WebSocket only"),
    plain("webSocket"),
    gzipped("msgpack", "script with MessagePack"),
    plain("msgpack"),
  ],

  async run({ target }) {
    const dist = join(clientFolder(target), "dist");
    const values = Object.entries(FILES).flatMap(([key, name]) => {
      const file = join(dist, name);
      // One of them is published by Hawser only.
      const content = existsSync(file) ? readFileSync(file) : undefined;
      const kB = (bytes) => (bytes === undefined ? Number.NaN : bytes / 1000);
      const gzip = content && gzipSync(content, { level: 9 }).length;
      return [
        [key, kB(gzip)],
        [`${key}Plain`, kB(content?.length)],
      ];
    });
    return Object.fromEntries(values);
  },
};
