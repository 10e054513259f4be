// The servers under test, and which protocol they speak.
import { createRequire } from "node:module";
import { resolve } from "node:path";

/** @typedef {{ name: string, file: URL, args: string[], dialect: "socket.io" | "bare" }} Target */

const file = (name) => new URL(`targets/${name}.mjs`, import.meta.url);

/** @type {Target[]} */
const TARGETS = [
  { name: "hawser", file: file("hawser"), args: [], dialect: "socket.io" },
  { name: "socket.io", file: file("socket.io"), args: [], dialect: "socket.io" },
  { name: "ws", file: file("ws"), args: [], dialect: "bare" },
  { name: "uws", file: file("uws"), args: [], dialect: "bare" },
];

/**
 * @param {string[] | undefined} names all when undefined
 * @param {string[]} folders of other builds of `@hawser/server`
 * @returns {{ targets: Target[], missing: Record<string, string> }} what cannot run here, and why
 */
export function chooseTargets(names, folders) {
  const others = folders.map((folder) => {
    const args = [resolve(folder)];
    return { ...TARGETS[0], name: `hawser@${folder}`, args };
  });
  const known = [...TARGETS, ...others];
  const unknown = names?.filter((name) => !known.some((target) => target.name === name)) ?? [];
  if (unknown.length > 0) {
    throw new Error(`unknown targets: ${unknown}; there are: ${known.map(({ name }) => name)}`);
  }
  const wanted = known.filter(({ name }) => !names || names.includes(name) || name.includes("@"));
  const reason = whyNoUws();
  return reason
    ? { targets: wanted.filter(({ name }) => name !== "uws"), missing: { uws: reason } }
    : { targets: wanted, missing: {} };
}

/** Its unofficial build for npm has binaries for some versions of Node and libc only. */
function whyNoUws() {
  try {
    createRequire(import.meta.url)("uwebsockets");
    return undefined;
  } catch (error) {
    return String(error.message).split("\n")[0];
  }
}
