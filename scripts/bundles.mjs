// Builds the browser bundles of the client, each with its source map.
import { readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

/** What a script tag, AMD and CommonJS loaders each make of the same file. */
const UMD = {
  banner: `(function (root, factory) {
  if (typeof module === "object" && module.exports) module.exports = factory();
  else if (typeof define === "function" && define.amd) define(factory);
  else root.io = factory();
})(typeof self !== "undefined" ? self : this, function () {
var module = { exports: {} };`,
  footer: "return module.exports.default; });",
};

/** Served by the server under these names; `websocket` is the smallest form, without polling. */
const BUNDLES = [
  { file: "socket.io.js", entry: "global", format: "umd", minify: false },
  { file: "socket.io.min.js", entry: "global", format: "umd", minify: true },
  //   { file: "socket.io.msgpack.min.js", entry: "global-msgpack", format: "umd", minify: true },
  { file: "socket.io.esm.min.js", entry: "browser", format: "esm", minify: true },
  {
    file: "socket.io.websocket.esm.min.js",
    entry: "browser-websocket",
    format: "esm",
    minify: true,
  },
];

/** @param {string} root */
export async function buildBundles(root) {
  const client = `${root}packages/client`;
  const { version } = JSON.parse(readFileSync(`${client}/package.json`, "utf8"));
  const banner = `/*! Hawser ${version} | MIT */`;
  // Beside modules whose endings say what they are, `.js` is for script tags and old loaders.
  writeFileSync(`${client}/dist/package.json`, '{ "type": "commonjs" }\n');
  for (const { file, entry, format, minify } of BUNDLES) {
    const umd = format === "umd";
    await build({
      entryPoints: [`${client}/src/${entry}.ts`],
      outfile: `${client}/dist/${file}`,
      bundle: true,
      minify,
      format: umd ? "cjs" : "esm",
      platform: "browser",
      target: "es2022",
      sourcemap: true,
      legalComments: "inline",
      banner: { js: umd ? `${banner}\n${UMD.banner}` : banner },
      footer: { js: umd ? UMD.footer : "" },
      tsconfig: `${root}tsconfig.json`,
      logLevel: "warning",
    });
  }
}
