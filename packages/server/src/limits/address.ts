import type { IncomingMessage } from "node:http";
import { isIP, isIPv4 } from "node:net";

/**
 * The address that limits count a request for: of IPv6 its network of 64 bits, since one client has them
 * all. Undefined where there is none, as on a Unix socket.
 * @param trustedProxies how many proxies in front write X-Forwarded-For
 */
export function addressOf(request: IncomingMessage, trustedProxies: number): string | undefined {
  const peer = request.socket?.remoteAddress;
  const told = trustedProxies > 0 ? forwardedFor(request, trustedProxies) : undefined;
  return networkOf(told ?? peer);
}

/**
 * The n-th entry from the right. Each proxy adds one at the end; what stands before theirs is the
 * client's own word. With fewer entries, the client has come past the outer proxies.
 */
function forwardedFor({ rawHeaders }: IncomingMessage, proxies: number): string | undefined {
  const entries: string[] = [];
  // A proxy may add a header of its own in the place of extending the one that came.
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]!.toLowerCase() === "x-forwarded-for") {
      entries.push(...rawHeaders[i + 1]!.split(","));
    }
  }
  return withoutPort(entries[Math.max(0, entries.length - proxies)]?.trim());
}

/** Some proxies write the port too. Anything but an address is none. */
function withoutPort(entry: string | undefined): string | undefined {
  if (entry === undefined || isIP(entry)) {
    return entry;
  }
  const address = entry.startsWith("[")
    ? entry.slice(1, entry.indexOf("]"))
    : entry.slice(0, entry.lastIndexOf(":"));
  return isIP(address) ? address : undefined;
}

function networkOf(address: string | undefined): string | undefined {
  if (!address || isIPv4(address)) {
    return address || undefined;
  }
  const last = address.slice(address.lastIndexOf(":") + 1);
  if (isIPv4(last)) {
    return last;
  }
  const [head = "", tail] = address.split("%", 1)[0]!.split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail !== undefined) {
    const after = tail === "" ? [] : tail.split(":");
    groups.push(
      ...Array<string>(Math.max(0, 8 - groups.length - after.length)).fill("0"),
      ...after,
    );
  }
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}
