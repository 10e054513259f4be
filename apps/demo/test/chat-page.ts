// What a person does and sees on the page, by the words and roles a person would use.

import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

export const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });

export class ChatPage {
  readonly page: Page;
  /** What went wrong in the page's own code; network errors of a lost server are not among them. */
  readonly mistakes: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on("pageerror", (error) => this.mistakes.push(error.message));
  }

  /** A browser of its own for the person, who gives a name and is in the room when this resolves. */
  static async open(
    browser: Browser,
    address: string,
    name: string,
    options: BrowserContextOptions = {},
  ): Promise<ChatPage> {
    const context = await browser.newContext({ bypassCSP: true, ...options });
    const chat = new ChatPage(await context.newPage());
    await chat.page.goto(address);
    await chat.page.getByLabel("Your name").fill(name);
    await chat.page.getByRole("button", { name: "Come aboard" }).click();
    await chat.page.locator("#room-people").filter({ hasText: "here" }).waitFor();
    return chat;
  }

  async say(text: string): Promise<void> {
    await this.page.getByLabel("Message", { exact: true }).fill(text);
    await this.page.keyboard.press("Enter");
  }

  /** Resolves when a message with these words is there. */
  async hears(text: string): Promise<void> {
    await this.page.locator(".message .words").filter({ hasText: text }).first().waitFor();
  }

  /** The words of all messages, in the order of the page. */
  words(): Promise<string[]> {
    return this.page.locator(".message .words").allTextContents();
  }

  /** Resolves when the tick of my message says this. */
  async ticks(text: string, label: string): Promise<void> {
    const message = this.page.locator(".message.own").filter({ hasText: text });
    await message.getByRole("img", { name: label }).waitFor();
  }

  async waitFor(selector: string, text: string): Promise<void> {
    await this.page.locator(selector).filter({ hasText: text }).waitFor();
  }

  async online(): Promise<void> {
    await this.waitFor("#link-state", "Connected");
    await this.page.locator("#banner").waitFor({ state: "hidden" });
  }

  async drop(bytes: Uint8Array, type: string): Promise<void> {
    await this.page.evaluate(
      ([base64, contentType]) => {
        const content = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([content], "picture", { type: contentType }));
        const init = { dataTransfer, bubbles: true, cancelable: true };
        document.querySelector("#chat")?.dispatchEvent(new DragEvent("drop", init));
      },
      [Buffer.from(bytes).toString("base64"), type] as const,
    );
    await this.page.locator("#attachments img").waitFor();
  }

  /** The bytes behind the last picture in the conversation. */
  async lastPicture(): Promise<Uint8Array> {
    const image = this.page.locator(".message .picture:not(.waiting) img").last();
    await image.waitFor();
    const url = await image.evaluate(async (element) => {
      const response = await fetch((element as HTMLImageElement).src);
      const content = await response.blob();
      return new Promise<string>((resolve) => {
        const reader = new FileReader();
        reader.onload = () => resolve(String(reader.result));
        reader.readAsDataURL(content);
      });
    });
    return Uint8Array.from(Buffer.from(url.slice(url.indexOf(",") + 1), "base64"));
  }

  close(): Promise<void> {
    return this.page.context().close();
  }
}
