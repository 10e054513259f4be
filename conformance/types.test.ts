import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";

/**
 * The programs in `types/` are written as users of Socket.IO write theirs. Each compiles with the
 * official packages, its `@ts-expect-error`s included, so it has to compile with the built packages of
 * Hawser under the same names; those in `types/hawser` use what only Hawser has.
 */
const root = fileURLToPath(new URL("..", import.meta.url));

const LIBRARIES = {
  official: {
    "socket.io": "node_modules/socket.io",
    "socket.io-client": "node_modules/socket.io-client",
  },
  hawser: { "socket.io": "packages/server", "socket.io-client": "packages/client" },
};

const MODES = {
  "a package of modules": { type: "module", module: "nodenext", folders: ["everywhere"] },
  "a bundler": {
    type: "module",
    module: "esnext",
    moduleResolution: "bundler",
    folders: ["everywhere"],
  },
  CommonJS: { type: "commonjs", module: "node16", folders: ["everywhere", "commonjs"] },
};

interface Program {
  /** Of the package.json. */
  type: string;
  module: string;
  moduleResolution?: string;
  /** Of `types/`. */
  folders: string[];
  /** Whether declaration files are checked too. */
  libraries?: boolean;
}

const made: string[] = [];
afterAll(() => {
  for (const folder of made) {
    rmSync(folder, { recursive: true });
  }
});

/** What the compiler says of the programs, line by line. */
async function compile(library: Record<string, string>, program: Program): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "hawser-types-"));
  made.push(folder);
  const packages = {
    ...library,
    "socket.io-adapter": "node_modules/socket.io-adapter",
    "@types/node": "node_modules/@types/node",
  };
  for (const [name, path] of Object.entries(packages)) {
    const link = join(folder, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, path), link);
  }
  for (const name of program.folders) {
    cpSync(join(root, "conformance/types", name), join(folder, name), { recursive: true });
  }
  const { type, module, moduleResolution, libraries = false } = program;
  const compilerOptions = {
    ...{ module, moduleResolution, skipLibCheck: !libraries },
    ...{ target: "es2022", lib: ["es2023", "dom", "dom.iterable"], types: ["node"] },
    ...{ strict: true, noEmit: true, esModuleInterop: true, experimentalDecorators: true },
  };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type }));
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions }));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  try {
    await promisify(execFile)(process.execPath, [tsc, "-p", "."], { cwd: folder });
    return [];
  } catch (error) {
    const { stdout } = error as { stdout?: string };
    return stdout ? stdout.trim().split("\n") : [String(error)];
  }
}

describe.each(Object.entries(MODES))("programs for %s", (_name, mode) => {
  test("compile alike with the official packages and with Hawser", {
    timeout: 120_000,
  }, async () => {
    const [official, hawser] = await Promise.all([
      compile(LIBRARIES.official, mode),
      compile(LIBRARIES.hawser, mode),
    ]);
    expect(official).toEqual([]);
    expect(hawser).toEqual([]);
  });
});

test("what only Hawser has compiles, and its declarations are sound in themselves", {
  timeout: 120_000,
}, async () => {
  const program = { type: "module", module: "nodenext", folders: ["hawser"], libraries: true };
  expect(await compile(LIBRARIES.hawser, program)).toEqual([]);
});
