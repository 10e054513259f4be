import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ChatPage, launchChromium } from "./chat-page.ts";
import { DemoProcess } from "./demo-process.ts";

// Every test starts a server and several pages; the machine may be slow.
const TIMEOUT = 60_000;

let browser: Browser;
let demo: DemoProcess;
let pages: ChatPage[];

beforeAll(async () => {
  browser = await launchChromium();
}, TIMEOUT);
afterAll(() => browser.close());

beforeEach(async () => {
  pages = [];
  demo = await DemoProcess.start();
}, TIMEOUT);
afterEach(async () => {
  await Promise.all(pages.map((chat) => chat.close()));
  await demo.end();
  expect(pages.flatMap((chat) => chat.mistakes)).toEqual([]);
}, TIMEOUT);

async function enter(name: string, room = "harbour", options = {}): Promise<ChatPage> {
  const chat = await ChatPage.open(browser, `${demo.url}/#${room}`, name, options);
  pages.push(chat);
  return chat;
}

describe("the conversation", () => {
  it(
    "goes both ways between two people in a room, and not into another room",
    async () => {
      const [ada, ben, cy] = [await enter("Ada"), await enter("Ben"), await enter("Cy", "attic")];
      await ada.say("hello from Ada");
      await ben.hears("hello from Ada");
      await ben.say("hello from Ben");
      await ada.hears("hello from Ben");
      expect(await ada.words()).toEqual(["hello from Ada", "hello from Ben"]);
      expect(await ben.words()).toEqual(["hello from Ada", "hello from Ben"]);
      expect(await cy.words()).toEqual([]);
      await ada.waitFor("#room-people", "2 people here");
      await cy.waitFor("#room-people", "Only you are here");
    },
    TIMEOUT,
  );

  it(
    "shows who is typing, and no longer when the message has come",
    async () => {
      const [ada, ben] = [await enter("Ada"), await enter("Ben")];
      await ada.online();
      await ada.page.locator("#text").pressSequentially("well");
      await ben.waitFor("#typing", "Ada is typing…");
      await ada.page.keyboard.press("Enter");
      await ben.hears("well");
      expect(await ben.page.locator("#typing").textContent()).toBe("");
    },
    TIMEOUT,
  );

  it(
    "ticks a message as sent while alone, delivered to a hidden page, and seen when it is looked at",
    async () => {
      const ada = await enter("Ada");
      await ada.say("anybody?");
      await ada.ticks("anybody?", "Sent");
      const ben = await enter("Ben");
      await ada.ticks("anybody?", "Seen by 1");
      await setHidden(ben, true);
      await ada.say("still there?");
      await ada.ticks("still there?", "Delivered to 1");
      await setHidden(ben, false);
      await ada.ticks("still there?", "Seen by 1");
    },
    TIMEOUT,
  );

  it(
    "is there for somebody who comes later, with its pictures",
    async () => {
      const ada = await enter("Ada", "gallery");
      const picture = await samplePicture(ada, 40, 30);
      await ada.say("first");
      await ada.ticks("first", "Sent");
      await ada.drop(picture, "image/png");
      await ada.say("a picture");
      await ada.ticks("a picture", "Sent");
      const ben = await enter("Ben", "gallery");
      await ben.hears("a picture");
      expect(await ben.words()).toEqual(["first", "a picture"]);
      expect(await ben.lastPicture()).toEqual(picture);
    },
    TIMEOUT,
  );

  it(
    "gives a second person of the same name a number",
    async () => {
      const [first, second] = [await enter("Ada"), await enter("Ada")];
      await second.waitFor("#me-name", "Ada 2");
      await second.say("hi");
      await first.waitFor(".message .author", "Ada 2");
    },
    TIMEOUT,
  );

  it(
    "moves to another room by its link, and tells there is something new in the one left",
    async () => {
      const [ada, ben] = [await enter("Ada"), await enter("Ben")];
      await ada.page.getByLabel("Name of a room to open").fill("Dry Dock 7");
      await ada.page.keyboard.press("Enter");
      await ada.waitFor("#room-name", "dry-dock-7");
      expect(new URL(ada.page.url()).hash).toBe("#dry-dock-7");
      await ben.waitFor("#room-people", "Only you are here");
      await ben.say("where did you go?");
      await ada.page.locator(".rooms a.new").filter({ hasText: "harbour" }).click();
      await ada.hears("where did you go?");
    },
    TIMEOUT,
  );
});

describe("pictures", () => {
  it(
    "arrive with the very bytes that were dropped",
    async () => {
      const [ada, ben] = [await enter("Ada"), await enter("Ben")];
      const picture = await samplePicture(ada, 300, 200);
      await ada.drop(picture, "image/png");
      await ada.page.getByRole("button", { name: "Send" }).click();
      expect(await ben.lastPicture()).toEqual(picture);
    },
    TIMEOUT,
  );

  it(
    "are made smaller when they are too large to send",
    async () => {
      const [ada, ben] = [await enter("Ada"), await enter("Ben")];
      const picture = await samplePicture(ada, 680, 600, { noise: true });
      expect(picture.length).toBeGreaterThan(1_000_000);
      await ada.drop(picture, "image/png");
      await ada.page.getByRole("button", { name: "Send" }).click();
      const received = await ben.lastPicture();
      expect(received.length).toBeGreaterThan(1000);
      expect(received.length).toBeLessThanOrEqual(700_000);
      await ada.online();
      await ada.waitFor("#link-count", "0");
    },
    TIMEOUT,
  );
});

describe("the connection", () => {
  it(
    "upgrades, is measured, and comes back by itself when it is cut",
    async () => {
      const [ada, ben] = [await enter("Ada"), await enter("Ben")];
      await ada.waitFor("#link-transport", "WebSocket");
      await ada.waitFor("#link-rtt", "ms");
      await ada.page.getByRole("button", { name: "Cut my connection" }).click();
      await ada.waitFor("#banner", "Reconnecting…");
      await ada.say("written while away");
      await ada.ticks("written while away", "Sending");
      await ada.online();
      await ada.waitFor("#link-count", "1");
      await ben.hears("written while away");
      await ben.say("welcome back");
      await ada.hears("welcome back");
      expect(await ben.words()).toEqual(["written while away", "welcome back"]);
      expect(await ada.words()).toEqual(["written while away", "welcome back"]);
    },
    TIMEOUT,
  );

  it(
    "survives a restart of the server: nothing is lost, nothing is doubled",
    async () => {
      const [ada, ben] = [await enter("Ada"), await enter("Ben")];
      const picture = await samplePicture(ada, 40, 30);
      await ada.drop(picture, "image/png");
      await ada.say("before");
      await ben.hears("before");
      await demo.stop();
      await Promise.all([ada, ben].map((chat) => chat.waitFor("#banner", "Reconnecting…")));
      await ada.say("from Ada, meanwhile");
      await ben.say("from Ben, meanwhile");
      await demo.start();
      await Promise.all([ada.online(), ben.online()]);
      await ada.hears("from Ben, meanwhile");
      await ben.hears("from Ada, meanwhile");
      await ada.say("after");
      await ben.hears("after");
      await ada.ticks("after", "Seen by 1");
      for (const chat of [ada, ben, await enter("Late")]) {
        await chat.hears("after");
        expect(await chat.lastPicture()).toEqual(picture);
        expect(await chat.page.locator(".message").count()).toBe(4);
        const words = await chat.words();
        expect(words[0]).toBe("before");
        expect(words.slice(1, 3).sort()).toEqual(["from Ada, meanwhile", "from Ben, meanwhile"]);
        expect(words[3]).toBe("after");
      }
      expect(await ada.page.locator("#me-name").textContent()).toBe("Ada");
    },
    TIMEOUT,
  );

  it(
    "survives a crash of the server in the middle of a burst, every message arriving once",
    async () => {
      const [ada, ben] = [await enter("Ada"), await enter("Ben")];
      const said = Array.from({ length: 12 }, (_, index) => `line ${index}.`);
      const speaking = (async () => {
        for (const text of said) await ada.say(text);
      })();
      await ben.hears("line 1.");
      await demo.stop("SIGKILL");
      await speaking;
      await demo.start();
      await Promise.all([ada.online(), ben.online()]);
      await ben.hears("line 11.");
      await ada.ticks("line 11.", "Seen by 1");
      expect(await ada.words()).toEqual(said);
      expect(await ben.words()).toEqual(said);
    },
    TIMEOUT,
  );

  it("says so when the port is taken", async () => {
    const { code, text } = await demo.startSecond();
    expect(code).toBe(1);
    expect(text).toContain(`Port ${demo.port} is taken`);
    expect(text).toContain("PORT=");
  }, 20_000);
});

describe("the page", () => {
  it(
    "fits a phone, with the rooms and the people behind buttons",
    async () => {
      const ada = await enter("Ada", "harbour", {
        viewport: { width: 375, height: 720 },
        isMobile: true,
        hasTouch: true,
      });
      await ada.say(`a long word ${"x".repeat(200)} and https://example.org/${"y".repeat(120)}`);
      const picture = await samplePicture(ada, 1200, 300);
      await ada.drop(picture, "image/png");
      await ada.page.getByRole("button", { name: "Send" }).tap();
      await ada.lastPicture();
      expect(await overflow(ada)).toEqual([]);
      for (const [name, inside] of [
        ["Rooms", "#rooms"],
        ["people and connection", "#people"],
      ] as const) {
        await ada.page.getByRole("button", { name }).tap();
        await ada.page
          .locator(inside)
          .getByText(name === "Rooms" ? "harbour" : "Ada")
          .waitFor();
        expect(await ada.page.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
        await ada.page.keyboard.press("Escape");
      }
    },
    TIMEOUT,
  );

  it(
    "keeps the name and the theme for the next visit",
    async () => {
      const ada = await enter("Ada");
      await ada.page.getByRole("button", { name: "Dark theme" }).click();
      await ada.page.reload();
      await ada.waitFor("#me-name", "Ada");
      await ada.waitFor("#room-people", "here");
      expect(await ada.page.locator("html").getAttribute("data-theme")).toBe("dark");
      const paper = await ada.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      expect(paper).toBe("rgb(14, 20, 19)");
    },
    TIMEOUT,
  );

  it(
    "shows what people write as text and never as markup",
    async () => {
      const [ada, ben] = [await enter("<b>Ada</b>"), await enter("Ben")];
      await ada.say('<img src=x onerror="document.title = 1"> & https://example.org/a?b=1.');
      await ben.hears("<img src=x");
      expect(await ben.page.locator(".words img").count()).toBe(0);
      expect(await ben.page.locator(".words a").getAttribute("href")).toBe(
        "https://example.org/a?b=1",
      );
      await ben.waitFor(".message .author", "<b>Ada</b>");
    },
    TIMEOUT,
  );
});

/** Makes the page believe that its tab is in the background, or again in front. */
async function setHidden(chat: ChatPage, hidden: boolean): Promise<void> {
  await chat.page.evaluate((value) => {
    Object.defineProperty(document, "hidden", { value, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
}

/** A PNG the browser has painted. Noise does not compress. */
async function samplePicture(
  chat: ChatPage,
  width: number,
  height: number,
  { noise = false } = {},
): Promise<Uint8Array> {
  // As base64: a list of a million numbers would take the driver half a minute.
  const url = await chat.page.evaluate(
    ([w, h, isNoise]) => {
      const canvas = Object.assign(document.createElement("canvas"), { width: w, height: h });
      const context = canvas.getContext("2d")!;
      const pixels = context.createImageData(w, h);
      for (let index = 0; index < pixels.data.length; index++) {
        const value = isNoise ? Math.random() * 256 : index / 7;
        pixels.data[index] = index % 4 === 3 ? 255 : value;
      }
      context.putImageData(pixels, 0, 0);
      return canvas.toDataURL();
    },
    [width, height, noise] as const,
  );
  return Uint8Array.from(Buffer.from(url.slice(url.indexOf(",") + 1), "base64"));
}

/** What reaches over the right edge of the screen. */
function overflow(chat: ChatPage): Promise<string[]> {
  return chat.page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const found = [...document.querySelectorAll("#chat, #chat *")]
      .filter((element) => element.checkVisibility())
      .filter((element) => !element.closest(".visually-hidden, svg"))
      .filter((element) => element.getBoundingClientRect().right > width + 0.5)
      .map((element) => element.outerHTML.slice(0, 80));
    return document.documentElement.scrollWidth > width ? ["page", ...found] : found;
  });
}
