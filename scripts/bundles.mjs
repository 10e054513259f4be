// Builds the browser bundles of the client, each with its source map.
import { readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { minify } from "terser";

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
  // Also what bundlers take that do not know `exports`; the syntax is what they can read.
  { file: "socket.io.js", entry: "global-debug", umd: true, target: "es2018" },
  { file: "socket.io.min.js", entry: "global", umd: true, small: true },
  { file: "socket.io.msgpack.min.js", entry: "global-msgpack", umd: true, small: true },
  { file: "socket.io.esm.min.js", entry: "browser", small: true },
  { file: "socket.io.websocket.esm.min.js", entry: "browser-websocket", small: true, sealed: true },
];

/**
 * Methods and properties that only our own parts call, so that their names may be shortened. The bundle
 * tests run the result.
 */
const INTERNAL = [
  ...["createClock", "createCookieJar", "createLadder", "createTransport", "onPage", "toBinary"],
  ...["hasExpired", "afterFailure", "sendAll", "running", "platform", "mustFit"],
  ...["subscribe", "unsubscribe", "transmit", "backoff", "failAll", "delivered", "joined"],
  ...[
    "expect",
    "tries",
    "refuses",
    "switching",
    "ack",
    "reply",
    "fail",
    "flags",
    "listener",
    "pending",
  ],
  ...[
    "leave",
    "attachments",
    "inFlight",
    "priorWebsocketSuccess",
    "failed",
    "pipe",
    "buffered",
    "failures",
    "createRevision",
  ],
  ...["changed", "acks", "member", "skips", "kept", "refused", "opened", "giveUp"],
];

/** The same where nobody can bring a transport class or a revision of his own. */
const SEALED = [
  ...["startHeartbeat", "heartbeatMissed", "sendHeartbeat", "expired"],
  ...["transportOpened", "transportReceived", "transportDrained"],
  ...["transportFailed", "transportClosed", "batchLength"],
  ...["revision", "createRevision", "adaptParser", "codec", "decodeFrame", "encodeFrame"],
  ...["emitReserved", "handler", "request", "opened", "received", "failed", "pipe", "address"],
];

/**
 * @param {string} root
 * @param {string} [folder] where the bundles go
 * @param {string} [only] the name of one, where not all are wanted
 */
export async function buildBundles(root, folder = `${root}packages/client/dist/`, only) {
  const wanted = BUNDLES.filter(({ file }) => !only || file === only);
  await Promise.all(wanted.map((bundle) => buildBundle(root, folder, bundle)));
}

/** @param {{ file: string, entry: string, umd?: boolean, small?: boolean, sealed?: boolean, target?: string }} bundle */
async function buildBundle(root, folder, { file, entry, umd, small, sealed, target }) {
  const client = `${root}packages/client`;
  const { version } = JSON.parse(readFileSync(`${client}/package.json`, "utf8"));
  const title = `/*! Hawser ${version} | MIT */`;
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [`${client}/src/${entry}.ts`],
    outfile: folder + file,
    write: false,
    metafile: true,
    bundle: true,
    minify: small,
    format: umd ? "cjs" : "esm",
    platform: "browser",
    target: target ?? "es2022",
    sourcemap: small ? "external" : true,
    legalComments: "none",
    banner: { js: `${small ? "" : `${title}\n`}${umd ? UMD.banner : ""}` },
    footer: { js: umd ? UMD.footer : "" },
    // Browsers have no Buffer, unless somebody made one up.
    define: { "globalThis.Buffer": "undefined" },
    tsconfig: `${root}tsconfig.json`,
    logLevel: "warning",
  });
  let [map, code] = outputFiles.map(({ text }) => text);
  if (small) {
    const smaller = await minify(code, {
      ecma: 2022,
      module: !umd,
      toplevel: true,
      compress: { passes: 3, unsafe: true, unsafe_methods: true },
      mangle: { properties: { regex: namesOf(sealed ? [...INTERNAL, ...SEALED] : INTERNAL) } },
      format: { preamble: title + noticesOf(root, metafile) },
      sourceMap: { content: map, filename: file, url: `${file}.map`, includeSources: true },
    });
    code = smaller.code;
    map = smaller.map;
  }
  writeFileSync(folder + file, code);
  writeFileSync(`${folder}${file}.map`, map);
}

/** @param {string[]} names */
function namesOf(names) {
  return new RegExp(`^(${names.join("|")})$`);
}

/** The licences of what the bundle contains of other packages. */
function noticesOf(root, { inputs }) {
  const names = Object.keys(inputs).map(
    (path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1],
  );
  return [...new Set(names.filter(Boolean))]
    .map((name) => {
      const { version } = JSON.parse(
        readFileSync(`${root}node_modules/${name}/package.json`, "utf8"),
      );
      const licence = readFileSync(`${root}node_modules/${name}/LICENSE`, "utf8").trim();
      return `\n/*!\n${name} ${version}\n\n${licence}\n*/`;
    })
    .join("");
}
