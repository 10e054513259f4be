// Hawser as it is built, or the package in the folder that is given.
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { serveApplication } from "./application.mjs";
import { listenWith } from "./http.mjs";

const [folder = "node_modules/@hawser/server"] = process.argv.slice(2);
const packages = createRequire(join(resolve(import.meta.dirname, "..", folder), "package.json"));
const { Server } = packages("./dist/index.cjs");

serveApplication(listenWith(Server));
