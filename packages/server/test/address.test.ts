import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { addressOf } from "../src/limits/address.ts";

function request(remoteAddress: string | undefined, ...forwarded: string[]): IncomingMessage {
  const rawHeaders = ["Host", "a", ...forwarded.flatMap((value) => ["X-Forwarded-For", value])];
  return { socket: { remoteAddress }, rawHeaders } as never;
}

test.each([
  ["127.0.0.1", "127.0.0.1"],
  ["::ffff:10.1.2.3", "10.1.2.3"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:0db8:0001:0002::9", "2001:db8:1:2::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  [undefined, undefined],
])("%s counts as %s", (remote, address) => {
  expect(addressOf(request(remote), 0)).toBe(address);
});

test("without trusted proxies, nobody is believed who they are", () => {
  expect(addressOf(request("10.0.0.1", "1.1.1.1"), 0)).toBe("10.0.0.1");
});

test.each([
  { proxies: 1, headers: ["6.6.6.6, 1.1.1.1"], address: "1.1.1.1" },
  { proxies: 2, headers: ["6.6.6.6, 1.1.1.1, 10.0.0.2"], address: "1.1.1.1" },
  // A proxy that adds a header of its own.
  { proxies: 1, headers: ["6.6.6.6", "1.1.1.1"], address: "1.1.1.1" },
  // Past the outer proxy: what there is was written by one that is trusted.
  { proxies: 2, headers: ["1.1.1.1"], address: "1.1.1.1" },
  { proxies: 1, headers: [], address: "10.0.0.1" },
  { proxies: 1, headers: ["1.1.1.1:5678"], address: "1.1.1.1" },
  { proxies: 1, headers: ["[2001:db8::1]:5678"], address: "2001:db8:0:0::/64" },
  { proxies: 1, headers: ["unknown"], address: "10.0.0.1" },
  { proxies: 1, headers: [""], address: "10.0.0.1" },
  { proxies: 1, headers: ["a".repeat(5000)], address: "10.0.0.1" },
])("behind $proxies proxies, $headers means $address", ({ proxies, headers, address }) => {
  expect(addressOf(request("10.0.0.1", ...headers), proxies)).toBe(address);
});
