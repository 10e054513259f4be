import { fileURLToPath } from "node:url";
import { defineConfig, mergeConfig } from "vitest/config";
import everything from "../vitest.config.ts";

/** `npm run conformance`: the whole matrix, and the official peers among themselves as control. */
const config = mergeConfig(
  everything,
  defineConfig({
    root: fileURLToPath(new URL("..", import.meta.url)),
    test: { env: { CONFORMANCE: "all" } },
  }),
);
config.test.include = ["conformance/matrix/*.test.ts", "conformance/control/*.pair.ts"];
config.test.typecheck = { enabled: false };
// Most of the time both sides wait for each other.
config.test.maxWorkers = 3;

export default config;
