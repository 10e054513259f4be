import { expect, test } from "vitest";
import { createCookieJar } from "../src/platform/cookie-jar.ts";

test("cookies are sent until they expire", () => {
  let now = Date.UTC(2026, 0, 1);
  const jar = createCookieJar(() => now);
  expect(jar.header()).toBeUndefined();
  jar.store([
    "a=1; Path=/; HttpOnly",
    "b=x=y; Max-Age=10",
    "c=3; Expires=Thu, 01 Jan 2026 00:00:20 GMT",
    "d=4; Max-Age=5; Expires=Fri, 01 Jan 2027 00:00:00 GMT",
    "nonsense",
  ]);
  expect(jar.header()).toBe("a=1; b=x=y; c=3; d=4");
  now += 6000;
  expect(jar.header()).toBe("a=1; b=x=y; c=3");
  now += 15_000;
  expect(jar.header()).toBe("a=1");
  jar.store(["a=; Max-Age=0"]);
  expect(jar.header()).toBeUndefined();
});
