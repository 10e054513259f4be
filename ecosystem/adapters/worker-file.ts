import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/**
 * The worker as a file that Node 20 runs, beside the packages that it imports.
 * @param name of its own for each test file, as these run at the same time
 */
export async function buildWorker(name: string): Promise<string> {
  const outfile = fileURLToPath(new URL(`../node_modules/.tests/${name}.mjs`, import.meta.url));
  await build({
    entryPoints: [fileURLToPath(new URL("./worker.ts", import.meta.url))],
    outfile,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
  });
  return outfile;
}
