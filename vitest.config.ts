import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(`./packages/${path}`, import.meta.url));

/** Tests run against the sources; only the scale test uses the built packages. */
export default defineConfig({
  resolve: {
    alias: [
      { find: /^@hawser\/engine-codec$/, replacement: source("engine-codec/src/index.ts") },
      {
        find: /^@hawser\/engine-codec\/frames$/,
        replacement: source("engine-codec/src/frames.ts"),
      },
      { find: /^@hawser\/socket-codec$/, replacement: source("socket-codec/src/index.ts") },
      {
        find: /^@hawser\/socket-codec\/packets$/,
        replacement: source("socket-codec/src/packets.ts"),
      },
      { find: /^@hawser\/server$/, replacement: source("server/src/index.ts") },
      { find: /^@hawser\/server\/engine$/, replacement: source("server/src/engine.ts") },
      { find: /^@hawser\/server\/adapter$/, replacement: source("server/src/adapter.ts") },
      { find: /^@hawser\/metrics$/, replacement: source("metrics/src/index.ts") },
      { find: /^@hawser\/client$/, replacement: source("client/src/index.ts") },
      { find: /^@hawser\/client\/engine$/, replacement: source("client/src/engine.ts") },
      { find: /^@hawser\/client\/legacy$/, replacement: source("client/src/legacy.ts") },
      { find: /^@hawser\/client\/websocket$/, replacement: source("client/src/websocket.ts") },
      { find: /^@hawser\/testkit$/, replacement: source("testkit/src/index.ts") },
    ],
  },
  test: {
    include: [
      "packages/*/test/**/*.test.ts",
      "conformance/**/*.test.ts",
      "examples/**/test/*.test.ts",
      "apps/**/test/*.test.ts",
      "ecosystem/**/*.test.ts",
    ],
    server: {
      // What the packages of others load, tests of `ecosystem` load too: the built packages, once.
      deps: { external: [/\/packages\/[^/]+\/dist\//] },
    },
    testTimeout: 15_000,
    hookTimeout: 30_000,
    // What is awaited has all the time that a busy machine may take.
    expect: { poll: { timeout: 5000 } },
    // Forks, since suites start browsers and interpreters and count unhandled rejections.
    pool: "forks",
    maxWorkers: 2,
    typecheck: {
      enabled: true,
      include: ["packages/*/test/**/*.test-d.ts"],
      tsconfig: "./tsconfig.json",
      // The sources are checked by `npm run check`; here only the type tests count.
      ignoreSourceErrors: true,
    },
  },
});
