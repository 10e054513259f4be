import { readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import * as server from "socket.io";
import * as client from "socket.io-client";
import { expect, it } from "vitest";

const require = createRequire(import.meta.url);
const packages = fileURLToPath(new URL("../../packages/", import.meta.url));

it("finds our built packages under the names of Socket.IO's", () => {
  expect(require.resolve("socket.io")).toBe(`${packages}server/dist/index.cjs`);
  expect(require.resolve("socket.io-client")).toBe(`${packages}client/dist/index.cjs`);
});

it("finds them so from the packages of others", () => {
  for (const name of ["@socket.io/sticky", "@socket.io/redis-adapter", "@socket.io/admin-ui"]) {
    const fromPackage = createRequire(realpathSync(require.resolve(name)));
    expect(fromPackage.resolve("socket.io")).toBe(`${packages}server/dist/index.cjs`);
  }
});

it("has one copy of each in a test, and that is Node's", () => {
  // What Vitest had loaded would have its imports rewritten.
  const built = readFileSync(`${packages}server/dist/index.mjs`, "utf8");
  expect(built).toContain(String(server.Server));
  expect(String(client.Manager)).not.toContain("__vite");
});
