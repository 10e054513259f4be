import { readFileSync } from "node:fs";
import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { version } from "../src/version.ts";
import { fetchRaw, start } from "./running-server.ts";

const NAMES = [
  "socket.io.js",
  "socket.io.min.js",
  "socket.io.esm.min.js",
  "socket.io.msgpack.min.js",
];

function contentOf(name: string): string {
  return readFileSync(new URL(`../client-dist/${name}`, import.meta.url), "utf8");
}

describe("what is served", () => {
  test.each(NAMES)("%s", async (name) => {
    const { port } = await start();
    const { status, headers, body } = await fetchRaw(port, `/socket.io/${name}?v=1`);
    expect(status).toBe(200);
    expect(body).toBe(contentOf(name));
    expect(body.length).toBeGreaterThan(1000);
    expect(headers).toMatchObject({
      "cache-control": "public, max-age=0",
      etag: `"${version}"`,
      "content-type": "application/javascript; charset=utf-8",
    });
    expect(headers).not.toHaveProperty("content-encoding");
  });

  test.each(NAMES.map((name) => `${name}.map`))("%s", async (name) => {
    const { port } = await start();
    const { status, headers, body } = await fetchRaw(port, `/socket.io/${name}`);
    expect(status).toBe(200);
    expect(headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(JSON.parse(body).version).toBe(3);
  });

  test("under the path of the server", async () => {
    const { port } = await start({ path: "/custom" });
    expect((await fetchRaw(port, "/custom/socket.io.js")).body).toBe(contentOf("socket.io.js"));
  });

  test("to any method", async () => {
    const { port } = await start();
    const posted = await fetchRaw(port, "/socket.io/socket.io.js", { method: "POST" });
    expect(posted.body).toBe(contentOf("socket.io.js"));
    const head = await fetchRaw(port, "/socket.io/socket.io.js", { method: "HEAD" });
    expect([head.status, head.body]).toEqual([200, ""]);
  });

  test.each([
    "nope.js",
    "socket.io.msgpack.js",
    "socket.io.esm.js",
    "socket.io.js.map.map",
    "../package.json",
    "socket.io.js/x",
    "%2e%2e/package.json",
    "socket.io.js%00",
    "",
  ])("not %j, which is a request for the engine", async (name) => {
    const { port } = await start();
    const { status, body } = await fetchRaw(port, `/socket.io/${name}`);
    expect([status, body]).toEqual([400, '{"code":0,"message":"Transport unknown"}']);
  });

  test("nothing with serveClient: false", async () => {
    const { port } = await start({ serveClient: false });
    expect((await fetchRaw(port, "/socket.io/socket.io.js")).status).toBe(400);
  });
});

describe("validation", () => {
  test.each([`"${version}"`, `W/"${version}"`])("If-None-Match: %s is a 304", async (etag) => {
    const { port } = await start();
    const { status, body } = await fetchRaw(port, "/socket.io/socket.io.js", {
      headers: { "if-none-match": etag },
    });
    expect([status, body]).toEqual([304, ""]);
  });

  test.each(['"0.0.0"', version, "*x"])("If-None-Match: %s is a 200", async (etag) => {
    const { port } = await start();
    const { status } = await fetchRaw(port, "/socket.io/socket.io.js", {
      headers: { "if-none-match": etag },
    });
    expect(status).toBe(200);
  });
});

describe("compression", () => {
  test.each([
    ["br", "br"],
    ["gzip", "gzip"],
    ["deflate", "deflate"],
    ["gzip, deflate, br", "br"],
    ["GZIP;q=0.5", "gzip"],
    ["br;q=0, gzip", "gzip"],
  ])("Accept-Encoding: %s is answered with %s", async (accepted, encoding) => {
    const decode = { br: brotliDecompressSync, gzip: gunzipSync, deflate: inflateSync }[encoding]!;
    const { port } = await start();
    const { status, headers, bytes } = await fetchRaw(port, "/socket.io/socket.io.js", {
      headers: { "accept-encoding": accepted },
    });
    expect([status, headers["content-encoding"]]).toEqual([200, encoding]);
    expect(String(decode(bytes))).toBe(contentOf("socket.io.js"));
  });

  test.each(["identity", "gzip;q=0", "", "zstd"])(
    "Accept-Encoding: %j is answered as it is",
    async (accepted) => {
      const { port } = await start();
      const { headers, body } = await fetchRaw(port, "/socket.io/socket.io.js", {
        headers: { "accept-encoding": accepted },
      });
      expect(headers).not.toHaveProperty("content-encoding");
      expect(body).toBe(contentOf("socket.io.js"));
    },
  );
});

test("the cors option holds for these files too", async () => {
  const { port } = await start({ cors: { origin: "https://a.test", credentials: true } });
  const { status, headers } = await fetchRaw(port, "/socket.io/socket.io.js", {
    headers: { origin: "https://a.test" },
  });
  expect(status).toBe(200);
  expect(headers).toMatchObject({
    "access-control-allow-origin": "https://a.test",
    "access-control-allow-credentials": "true",
  });
});

test("without the cors option there is no such header", async () => {
  const { port } = await start();
  const { headers } = await fetchRaw(port, "/socket.io/socket.io.js", {
    headers: { origin: "https://a.test" },
  });
  expect(Object.keys(headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
});
