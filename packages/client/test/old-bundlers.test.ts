import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";
import { describe, expect, test } from "vitest";
import manifest from "../package.json" with { type: "json" };

const path = fileURLToPath(new URL(`../${manifest.browser}`, import.meta.url));

describe("for webpack 4, Metro before 0.79 and others that do not know `exports`", () => {
  test("is one file that needs nothing", () => {
    expect(manifest["react-native"]).toBe(manifest.browser);
    const io = createRequire(import.meta.url)(path);
    const socket = io("http://127.0.0.1:9", { autoConnect: false });
    expect(socket.io).toBeInstanceOf(io.Manager);
    expect(io.io).toBe(io);
  });

  test("has no syntax newer than 2018", async () => {
    const { readFileSync } = await import("node:fs");
    const code = readFileSync(path, "utf8");
    const written = (target: string) => transformSync(code, { target }).code;
    expect(written("es2018")).toBe(written("es2022"));
  });
});
