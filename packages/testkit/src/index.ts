export { bytesOf, pattern, plain } from "./binary.ts";
export { launchChromium } from "./chromium.ts";
export { type Clock, FakeClock } from "./fake-clock.ts";
export { freePort } from "./ports.ts";
export { TcpProxy } from "./tcp-proxy.ts";
export * from "./wire.ts";
