import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { INTERPRETER } from "../python.ts";

/** The version of a package at the root of `node_modules`, under the name it has there. */
export function installedVersion(name: string): string {
  const path = new URL(`../../../../node_modules/${name}/package.json`, import.meta.url);
  return JSON.parse(readFileSync(path, "utf8")).version;
}

/** The version of a Python distribution that the system's interpreter finds. */
export function pythonVersion(distribution: string): string {
  const script = `from importlib.metadata import version; print(version("${distribution}"))`;
  return execFileSync(INTERPRETER, ["-c", script], { encoding: "utf8" }).trim();
}
