import { afterEach, describe, expect, test, vi } from "vitest";
import { HawserError } from "../src/index.ts";
import { resolveAddress } from "../src/io.ts";
import { resolveTarget } from "../src/session/target.ts";
import { parse } from "../src/url.ts";

const page = {
  protocol: "https:",
  host: "example.com:8443",
  hostname: "example.com",
  port: "8443",
};

afterEach(() => vi.unstubAllGlobals());

describe("on a page", () => {
  test.each([
    [undefined, "https://example.com:8443/", "/"],
    ["/admin", "https://example.com:8443/admin", "/admin"],
    ["//other.org", "https://other.org", "/"],
    ["other.org:3000", "https://other.org:3000", "/"],
    ["localhost", "https://localhost", "/"],
    ["ws://other.org/chat?a=1#x", "ws://other.org/chat?a=1#x", "/chat"],
  ])("%s is completed from the page", (uri, source, nsp) => {
    vi.stubGlobal("location", page);
    expect(resolveAddress(uri, "/socket.io")).toMatchObject({ source, nsp });
  });
});

test("a uri without a scheme is refused where there is no page", () => {
  expect(() => resolveAddress("localhost:3000", "/socket.io")).toThrow(
    expect.objectContaining({ code: "URI_WITHOUT_SCHEME" }),
  );
  expect(() => resolveAddress(undefined, "/socket.io")).toThrow(HawserError);
});

test("a uri of more than 8000 characters is refused", () => {
  expect(() => resolveAddress(`http://a/${"x".repeat(8000)}`, "/socket.io")).toThrow(
    "URI too long",
  );
});

test("connections are shared by scheme, host, port and request path", () => {
  const id = (uri: string, path = "/socket.io") => resolveAddress(uri, path).id;
  expect(id("http://a")).toBe(id("http://a:80/chat?x=1"));
  expect(id("https://a")).toBe(id("https://a:443"));
  expect(id("http://a")).not.toBe(id("https://a"));
  expect(id("http://a")).not.toBe(id("http://a", "/other"));
});

test("a namespace is not decoded", () => {
  expect(resolveAddress("http://a/caf%C3%A9/日本", "/socket.io").nsp).toBe("/caf%C3%A9/日本");
});

test("an IPv6 address loses its brackets, and the query goes to the engine", () => {
  expect(resolveTarget("http://user:pw@[::1]:3000/x?a=1&b=%20", { query: { c: 1 } })).toEqual({
    hostname: "::1",
    port: "3000",
    secure: false,
    path: "/engine.io/",
    query: { a: "1", b: " " },
  });
});

test("the target comes from options where there is no uri", () => {
  expect(
    resolveTarget(undefined, { host: "h", secure: true, query: "a=1", addTrailingSlash: false }),
  ).toEqual({ hostname: "h", port: "443", secure: true, path: "/engine.io", query: { a: "1" } });
});

test("parse() names all parts of a uri", () => {
  expect(parse("https://u:p@[::1]:3000/a/b.x?q=1&r=2#z")).toEqual({
    source: "https://u:p@[::1]:3000/a/b.x?q=1&r=2#z",
    protocol: "https",
    authority: "u:p@::1:3000",
    userInfo: "u:p",
    user: "u",
    password: "p",
    host: "::1",
    port: "3000",
    relative: "/a/b.x?q=1&r=2#z",
    path: "/a/b.x",
    directory: "/a/",
    file: "b.x",
    query: "q=1&r=2",
    anchor: "z",
    pathNames: ["a", "b.x"],
    queryKey: { q: "1", r: "2" },
    ipv6uri: true,
  });
});
