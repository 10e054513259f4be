import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type * as People from "./desk/src/people.ts";
import { eventually } from "./eventually.ts";
import { type RunningApp, startApp } from "./running-app.ts";
import { compile, onHawser, onOfficial, servedVersion, type Variant } from "./variant.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

describe.each([
  { name: "Hawser", variant: () => onHawser("desk") },
  { name: "the official packages", variant: () => onOfficial("desk") },
])("a support desk in strict TypeScript, on $name", ({ variant: find }) => {
  let variant: Variant;
  let app: RunningApp;
  /** The application's own client half. */
  let people: typeof People;
  const sockets: { disconnect(): unknown }[] = [];

  beforeAll(async () => {
    variant = find();
    await compile(variant);
    app = await startApp(join(variant.folder, "dist/server.js"));
    people = await import(pathToFileURL(join(variant.folder, "dist/people.js")).href);
  });
  afterAll(async () => {
    for (const socket of sockets) socket.disconnect();
    await app?.stop();
    variant.remove();
  });

  async function visitor(name: string): Promise<People.Visitor & { cookie: string }> {
    const cookie = await people.login(app.url, { name, role: "visitor" });
    const socket = Object.assign(people.visitor(app.url, cookie), { cookie });
    sockets.push(socket);
    await eventually(() => socket.connected).toBe(true);
    return socket;
  }
  async function agent(name: string): Promise<People.Agent> {
    const cookie = await people.login(app.url, { name, role: "agent" });
    const socket = people.agent(app.url, cookie);
    sockets.push(socket);
    await eventually(() => socket.connected).toBe(true);
    return socket;
  }

  test("serves with the packages that it says", async () => {
    expect(await servedVersion(app.url)).toBe(variant.version);
  });

  test("refuses who has not logged in, and who has the wrong role, with data", async () => {
    const cookie = await people.login(app.url, { name: "Vi", role: "visitor" });
    const stranger = people.visitor(app.url);
    const curious = people.agent(app.url, cookie);
    sockets.push(stranger, curious);
    const refusal = (socket: People.Visitor | People.Agent) =>
      new Promise<Error & { data?: unknown }>((resolve) =>
        (socket as People.Visitor).on("connect_error", resolve),
      );
    const [first, second] = await Promise.all([refusal(stranger), refusal(curious)]);
    expect([first.message, first.data]).toEqual(["log in first", { roles: ["visitor", "agent"] }]);
    expect([second.message, second.data]).toEqual(["not for you", { roles: ["agent"] }]);
  });

  test("keeps a session saved by a socket", async () => {
    const { cookie } = await visitor("Sam");
    sockets.push(people.visitor(app.url, cookie));
    const visits = async () =>
      (await fetch(`${app.url}/visits`, { headers: { cookie } })).json() as Promise<number>;
    await eventually(visits).toBe(2);
  });

  test("carries a ticket from opened to closed, across namespaces, with pictures", async () => {
    const [vi, al] = [await visitor("Vi"), await agent("Al")];
    const opened: unknown[] = [];
    const said: unknown[] = [];
    al.on("opened", (ticket) => opened.push(ticket));
    al.on("said", (message) => said.push(message));

    const ticket = await vi.emitWithAck("open", "It does not work");
    await eventually(() => opened).toEqual([{ ticket, subject: "It does not work", by: "Vi" }]);
    const picture = Uint8Array.of(137, 80, 78, 71);
    const problem = await vi.timeout(5000).emitWithAck("say", { ticket, text: "see", picture });
    expect(problem).toBeUndefined();
    const [error, history] = await new Promise<[string | null, unknown[]]>((resolve) =>
      al.emit("take", ticket, (...answer) => resolve(answer)),
    );
    expect([error, history]).toEqual([
      null,
      [{ ticket, text: "see", from: "Vi", picture: Buffer.from(picture) }],
    ]);
    await vi.emitWithAck("say", { ticket, text: "hello?" });
    await eventually(() => said).toEqual([{ ticket, text: "hello?", from: "Vi" }]);

    const answers = [false, true];
    vi.on("confirm", (_question, answer) => answer(answers.shift()!));
    const closed = new Promise((resolve) => vi.on("closed", resolve));
    expect(await al.emitWithAck("finish", ticket)).toBe(false);
    expect(await al.emitWithAck("finish", ticket)).toBe(true);
    expect(await closed).toBe(ticket);
    expect(await vi.emitWithAck("say", { ticket, text: "one more" })).toBe("not your ticket");
  });

  test("keeps people out of the tickets of others", async () => {
    const [first, second] = [await visitor("Ann"), await visitor("Bea")];
    const ticket = await first.emitWithAck("open", "Mine");
    const answer = await second.emitWithAck("say", { ticket, text: "hi" });
    expect(answer).toBe("not your ticket");
  });
});

test("a strictly typed application compiles under the module resolution of older projects", async () => {
  const older = ["--module", "esnext", "--moduleResolution", "node10"];
  await compile(onHawser("desk"), "--noEmit", "--ignoreDeprecations", "6.0", ...older);
});
