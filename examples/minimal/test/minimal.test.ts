import { io } from "@hawser/client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ExampleProcess, launchChromium } from "./example-process.ts";

let server: ExampleProcess;
let url: string;

beforeAll(async () => {
  server = new ExampleProcess(new URL("../index.js", import.meta.url), { PORT: "0" });
  [url] = await server.prints(/http:\/\/localhost:\d+/);
}, 20_000);
afterAll(() => server.stop());

it("counts hello on the page and prints the page's hey objects", async () => {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(url);
    await page.locator("#state").filter({ hasText: "Connected as" }).waitFor();
    const hellos = page.locator("#events li");
    await hellos.filter({ hasText: /^hello 2$/ }).waitFor();
    expect(await hellos.allTextContents()).toEqual(["hello 2", "hello 1"]);
    await server.prints(/hey {"from":"page","count":1}\n(?:.*\n)*hey {"from":"page","count":2}\n/);
  } finally {
    await browser.close();
  }
  await server.prints(/disconnected \S+: transport close/);
}, 40_000);

it("counts hello for a Node client and prints its hey object", async () => {
  const socket = io(url);
  try {
    const counts = await new Promise<number[]>((resolve) => {
      const received: number[] = [];
      socket.on("hello", (count: number) => {
        received.push(count);
        if (received.length === 2) resolve(received);
      });
    });
    expect(counts).toEqual([1, 2]);
    socket.emit("hey", { from: "node", list: [1, null, "ü"] });
    await server.prints(/hey {"from":"node","list":\[1,null,"ü"\]}/);
    await server.prints(new RegExp(`connected ${socket.id}\n`));
  } finally {
    socket.disconnect();
  }
  await server.prints(/disconnected \S+: client namespace disconnect/);
}, 20_000);
