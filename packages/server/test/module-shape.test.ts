import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { version } from "../src/version.ts";

const run = promisify(execFile);
const root = new URL("../../../", import.meta.url);

/** What a program prints as JSON; it runs as users' programs do, on the built packages. */
async function print(kind: "commonjs" | "module", program: string): Promise<unknown> {
  const args = [`--input-type=${kind}`, "--eval", program];
  const { stdout } = await run(process.execPath, args, { cwd: new URL("packages/server", root) });
  return JSON.parse(stdout);
}

const NAMES = ["Server", "Namespace", "Socket"];

describe("@hawser/server", () => {
  test("require() is a function that makes a server on a port", async () => {
    const program = `
      const server = require("@hawser/server");
      const io = server(0);
      io.httpServer.once("listening", async () => {
        const { port } = io.httpServer.address();
        const { status } = await fetch("http://127.0.0.1:" + port + "/socket.io/?EIO=4&transport=polling");
        io.close(() => console.log(JSON.stringify([typeof server, io instanceof server.Server, status])));
      });`;
    expect(await print("commonjs", program)).toEqual(["function", true, 200]);
  });

  test("require() takes an HTTP server and options", async () => {
    const program = `
      const http = require("node:http").createServer();
      const io = require("@hawser/server")(http, { path: "/x", pingInterval: 7 });
      console.log(JSON.stringify([io.path(), io.httpServer === http, io.engine.opts.pingInterval]));`;
    expect(await print("commonjs", program)).toEqual(["/x", true, 7]);
  });

  test("require() without arguments is attached later", async () => {
    const program = `
      const io = require("@hawser/server")();
      console.log(JSON.stringify([io.engine === undefined, io.sockets.name]));`;
    expect(await print("commonjs", program)).toEqual([true, "/"]);
  });

  test("the classes are properties of the function", async () => {
    const program = `
      const server = require("@hawser/server");
      const { Server, Namespace, Socket } = server;
      const io = new Server({ path: "/y" });
      console.log(JSON.stringify([
        [Server, Namespace, Socket].map((c) => typeof c),
        io.path(),
        io.sockets instanceof Namespace,
      ]));`;
    expect(await print("commonjs", program)).toEqual([
      ["function", "function", "function"],
      "/y",
      true,
    ]);
  });

  test("import has names and no default", async () => {
    const program = `
      import * as server from "@hawser/server";
      const names = ${JSON.stringify(NAMES)};
      console.log(JSON.stringify(["default" in server, names.map((n) => typeof server[n])]));`;
    expect(await print("module", program)).toEqual([false, ["function", "function", "function"]]);
  });

  test("both forms have the same names", async () => {
    const required = await print(
      "commonjs",
      `console.log(JSON.stringify(Object.keys(require("@hawser/server")).sort()))`,
    );
    const imported = await print(
      "module",
      `import * as s from "@hawser/server"; console.log(JSON.stringify(Object.keys(s).sort()))`,
    );
    expect(required).toEqual(imported);
    expect(required).toEqual(expect.arrayContaining(NAMES));
  });
});

/** Prints the types of names of a module, by import and by require. */
async function typesOf(module: string, names: string[]): Promise<unknown[]> {
  const types = `console.log(JSON.stringify(${JSON.stringify(names)}.map((n) => typeof m[n])))`;
  return [
    await print("module", `import * as m from "${module}"; ${types}`),
    await print("commonjs", `const m = require("${module}"); ${types}`),
  ];
}

describe("@hawser/server/engine", () => {
  test("exports what engine.io is known by", async () => {
    const names = ["Server", "Socket", "transports", "listen", "attach", "parser", "protocol"];
    const types = ["function", "function", "object", "function", "function", "object", "number"];
    expect(await typesOf("@hawser/server/engine", names)).toEqual([types, types]);
  });

  test("listen answers 501 to all else", async () => {
    const program = `
      import { listen, protocol } from "@hawser/server/engine";
      const engine = listen(0, {}, async () => {
        const url = "http://127.0.0.1:" + engine.httpServer.address().port;
        const other = await fetch(url);
        const own = await fetch(url + "/engine.io/?EIO=4&transport=polling");
        console.log(JSON.stringify([protocol, other.status, own.status]));
        engine.close();
        engine.httpServer.close();
        engine.httpServer.closeAllConnections();
      });`;
    expect(await print("module", program)).toEqual([4, 501, 200]);
  });
});

describe("@hawser/server/adapter", () => {
  test("exports the class that adapters extend, the same one that the server uses", async () => {
    const program = `
      const { Adapter } = require("@hawser/server/adapter");
      const { Server } = require("@hawser/server");
      console.log(JSON.stringify(new Server().sockets.adapter instanceof Adapter));`;
    expect(await print("commonjs", program)).toBe(true);
    const imported = program
      .replace(/const (.*) = require\((.*)\);/g, "import $1 from $2;")
      .replaceAll("  ", " ");
    expect(await print("module", imported)).toBe(true);
  });
});

describe("@hawser/client", () => {
  test("require() is the function that connects, with all names on it", async () => {
    const program = `
      const io = require("@hawser/client");
      const socket = io("http://one.test", { autoConnect: false });
      console.log(JSON.stringify([
        typeof io, io.io === io, io.connect === io, typeof io.Manager, typeof io.Socket,
        socket instanceof io.Socket,
      ]));`;
    expect(await print("commonjs", program)).toEqual([
      "function",
      true,
      true,
      "function",
      "function",
      true,
    ]);
  });

  test("import has names and a default", async () => {
    const program = `
      import io, * as client from "@hawser/client";
      console.log(JSON.stringify([
        client.default === io, client.io === io, typeof client.Manager, typeof client.Socket,
        client.protocol,
      ]));`;
    expect(await print("module", program)).toEqual([true, true, "function", "function", 5]);
  });

  test("engine and websocket are modules of their own", async () => {
    expect(await typesOf("@hawser/client/engine", ["Socket", "protocol"])).toEqual([
      ["function", "number"],
      ["function", "number"],
    ]);
    expect(await typesOf("@hawser/client/websocket", ["io"])).toEqual([["function"], ["function"]]);
  });
});

test("all packages have one version, which is that of the code", () => {
  for (const name of ["server", "client", "engine-codec", "socket-codec"]) {
    const file = readFileSync(new URL(`packages/${name}/package.json`, root), "utf8");
    expect(JSON.parse(file).version, name).toBe(version);
  }
});

test("package.json can be read through every package", async () => {
  const names = ["server", "client", "engine-codec", "socket-codec"];
  const program = `console.log(JSON.stringify(${JSON.stringify(names)}.map(
    (n) => require("@hawser/" + n + "/package.json").version)))`;
  expect(await print("commonjs", program)).toEqual(names.map(() => version));
});
