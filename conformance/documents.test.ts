import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DecodeError } from "@hawser/socket-codec/packets";
import { expect, test } from "vitest";
import { ERROR_CODES } from "../packages/server/src/errors.ts";
import { REJECTION, REJECTION_MESSAGES } from "../packages/server/src/session/refusal.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");

/** The first column of the tables under a heading of docs/errors.md. */
function documented(heading: string): string[] {
  const section = read("docs/errors.md")
    .split(/^## /m)
    .find((part) => part.startsWith(heading));
  return [...(section ?? "").matchAll(/^\| `?([A-Z_]+|\d)`? \|/gm)].map((match) => match[1]!);
}

test("docs/errors.md lists every error of the server, and no other", () => {
  const codes = documented("Server").filter((code) => !/^\d$/.test(code));
  expect(codes.sort()).toEqual(Object.keys(ERROR_CODES).sort());
});

test("docs/errors.md lists every HTTP error with its message", () => {
  const codes = documented("Server").filter((code) => /^\d$/.test(code));
  expect(codes.map(Number)).toEqual(Object.values(REJECTION));
  for (const message of Object.values(REJECTION_MESSAGES)) {
    expect(read("docs/errors.md")).toContain(`| ${message}`);
  }
});

test("docs/errors.md lists every error of the client, and no other", () => {
  // The client's table is a type: a table of values would cost bytes in every bundle.
  const source = read("packages/client/src/errors.ts");
  const start = source.indexOf("ErrorCode =");
  const union = source.slice(start, source.indexOf(";\n", start));
  const codes = [...union.matchAll(/"([A-Z_]+)"/g)].map((match) => match[1]!);
  expect(codes.length).toBeGreaterThan(5);
  expect(documented("Client").sort()).toEqual(codes.sort());
});

test("docs/errors.md lists the error of the packet codec", () => {
  expect(documented("Packets")).toEqual([new DecodeError("").code]);
});

test("links between documents lead somewhere", () => {
  const documents = [
    ...readdirSync(root).filter((file) => file.endsWith(".md")),
    ...readdirSync(join(root, "docs"))
      .filter((file) => file.endsWith(".md"))
      .map((file) => `docs/${file}`),
    ...readdirSync(join(root, "packages"))
      .map((name) => `packages/${name}/README.md`)
      .filter((path) => readdirSync(join(root, path, "..")).includes("README.md")),
  ];
  for (const path of documents) {
    const links = [...read(path).matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map((match) => match[1]!);
    for (const link of links) {
      const target = join(root, path, "..", link);
      expect(() => readdirSync(join(target, "..")), `${path}: ${link}`).not.toThrow();
      const names = readdirSync(join(target, ".."));
      expect(names, `${path}: ${link}`).toContain(target.replace(/\/$/, "").split("/").pop());
    }
  }
});

test("ARCHITECTURE.md names only files that exist", () => {
  const files = readdirSync(join(root, "packages"), { recursive: true, encoding: "utf8" });
  const names = [...read("ARCHITECTURE.md").matchAll(/\b([a-z-]+(?:\/[a-z-]+)?\.ts)\b/g)];
  expect(names.length).toBeGreaterThan(20);
  for (const [, name] of names) {
    expect(
      files.some((file) => file.endsWith(`/src/${name}`) || file.endsWith(`/${name}`)),
      name,
    ).toBe(true);
  }
});
