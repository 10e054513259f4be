import { execFile } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const apps = fileURLToPath(new URL(".", import.meta.url));
const ours = fileURLToPath(new URL("../node_modules", import.meta.url));
const official = fileURLToPath(new URL("../../node_modules", import.meta.url));

/** An application together with the `socket.io` that it finds. */
export interface Variant {
  name: string;
  folder: string;
  /** The version its server tells in the ETag of the client's bundle. */
  version: string;
  remove(): void;
}

function versionIn(modules: string): string {
  return JSON.parse(readFileSync(join(modules, "socket.io/package.json"), "utf8")).version;
}

/** The application as it stands here: `socket.io` and `socket.io-client` are Hawser. */
export function onHawser(app: string): Variant {
  const folder = join(apps, app);
  return { name: "Hawser", folder, version: versionIn(ours), remove: () => {} };
}

/**
 * A copy of the application in a folder where both are the official packages, which shows that
 * nothing in it is written for Hawser. Packages named by `copied` see the official ones too.
 */
export function onOfficial(app: string, copied: string[] = []): Variant {
  const folder = mkdtempSync(join(tmpdir(), `hawser-${app}-`));
  const sources = (path: string) => !/[/\\](node_modules|dist)$/.test(path);
  cpSync(join(apps, app), folder, { recursive: true, filter: sources });
  const modules = join(folder, "node_modules");
  mkdirSync(modules);
  for (const name of namesIn(ours)) {
    const scope = name.split("/")[1] && name.split("/")[0];
    if (scope) mkdirSync(join(modules, scope), { recursive: true });
    if (copied.includes(name)) {
      cpSync(join(ours, name), join(modules, name), { recursive: true });
    } else {
      const origin = /^socket\.io(-client)?$/.test(name) ? official : ours;
      symlinkSync(join(origin, name), join(modules, name));
    }
  }
  const remove = () => rmSync(folder, { recursive: true });
  return { name: "the official packages", folder, version: versionIn(official), remove };
}

function namesIn(modules: string): string[] {
  return readdirSync(modules)
    .filter((name) => !name.startsWith("."))
    .flatMap((name) =>
      name.startsWith("@")
        ? readdirSync(join(modules, name)).map((inner) => `${name}/${inner}`)
        : [name],
    );
}

/** Compiles the application by its own tsconfig.json into its `dist/`; throws what tsc prints. */
export async function compile({ folder }: Variant, ...more: string[]): Promise<void> {
  const args = ["-p", folder, "--skipDefaultLibCheck", ...more];
  await promisify(execFile)(join(ours, ".bin/tsc"), args).catch(({ stdout }) => {
    throw new Error(`tsc -p ${folder}: ${stdout}`);
  });
}

/** The version of the server behind an address. */
export async function servedVersion(url: string): Promise<string | undefined> {
  const response = await fetch(`${url}/socket.io/socket.io.js`);
  await response.arrayBuffer();
  return response.headers.get("etag")?.replaceAll('"', "");
}
