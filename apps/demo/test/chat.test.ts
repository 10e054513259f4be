// The demo's server by itself, spoken to by a client that need not be as polite as the page.

import { randomBytes } from "node:crypto";
import { io, type Socket } from "@hawser/client";
import { afterEach, beforeEach, expect, it } from "vitest";
import { DemoProcess } from "./demo-process.ts";

type Reply = Record<string, unknown> & { ok: boolean; error?: string };

const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");
const newId = (): string => randomBytes(16).toString("hex");

let demo: DemoProcess;
let sockets: Socket[];

beforeEach(async () => {
  sockets = [];
  demo = await DemoProcess.start();
}, 20_000);
afterEach(async () => {
  for (const socket of sockets) socket.disconnect();
  await demo.end();
}, 20_000);

async function connect(person: unknown = newId()): Promise<Socket> {
  const socket = io(demo.url, { auth: { person }, forceNew: true });
  sockets.push(socket);
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("connect_error", reject);
  });
  return socket;
}

async function enter(room = "harbour", name = "Ada", person = newId()): Promise<Socket> {
  const socket = await connect(person);
  expect(await ask(socket, "join", { room, name })).toMatchObject({ ok: true });
  return socket;
}

const ask = (socket: Socket, event: string, content: unknown): Promise<Reply> =>
  socket.timeout(5000).emitWithAck(event, content);

const draft = (over: object = {}): object => ({
  id: newId(),
  room: "harbour",
  text: "hello",
  picture: null,
  ...over,
});

async function historyOf(room: string): Promise<{ id: string; text: string; picture: unknown }[]> {
  const reply = await ask(await connect(), "join", { room, name: "Reader" });
  return reply.history as { id: string; text: string; picture: unknown }[];
}

it("takes a message once, however often it is sent", async () => {
  const person = newId();
  const message = draft();
  const first = await enter("harbour", "Ada", person);
  const reader = await enter("harbour", "Ben");
  const heard: unknown[] = [];
  reader.on("message", (content, confirm) => {
    heard.push(content);
    confirm(true);
  });
  const reply = await ask(first, "send", message);
  expect(reply.ok).toBe(true);
  expect(await ask(first, "send", message)).toEqual(reply);
  first.disconnect();
  const second = await enter("harbour", "Ada", person);
  expect(await ask(second, "send", message)).toEqual(reply);
  expect(await historyOf("harbour")).toHaveLength(1);
  expect(heard).toHaveLength(1);
});

it("does not let one person send under the id of another's message", async () => {
  const message = draft();
  await ask(await enter(), "send", message);
  const reply = await ask(await enter("harbour", "Eve"), "send", message);
  expect(reply).toMatchObject({ ok: false });
});

it("keeps a person's secret from the others", async () => {
  const secret = newId();
  const reader = await enter("harbour", "Ben");
  const heard = new Promise((resolve) => reader.on("message", resolve));
  const ada = await enter("harbour", "Ada", secret);
  await ask(ada, "send", draft());
  expect(JSON.stringify(await heard)).not.toContain(secret);
});

it("refuses what is not a name, a room, a message or a picture", async () => {
  const socket = await enter();
  const picture = (over: object): object =>
    draft({ picture: { type: "image/png", width: 1, height: 1, bytes: PNG, ...over } });
  const refused: [string, unknown][] = [
    ["join", null],
    ["join", { room: "harbour", name: " \u200b " }],
    ["join", { room: "harbour", name: 7 }],
    ["join", { room: "Harbour", name: "Ada" }],
    ["join", { room: "../etc", name: "Ada" }],
    ["join", { room: "x".repeat(33), name: "Ada" }],
    ["send", "hello"],
    ["send", draft({ id: "1" })],
    ["send", draft({ text: " " })],
    ["send", draft({ text: "x".repeat(2001) })],
    ["send", draft({ text: { length: 1 } })],
    ["send", picture({ bytes: "text" })],
    ["send", picture({ bytes: Buffer.from("<svg onload=alert(1)>") })],
    ["send", picture({ type: "image/svg+xml" })],
    ["send", picture({ type: "image/jpeg" })],
    ["send", picture({ width: 0 })],
    ["send", picture({ bytes: Buffer.concat([PNG, Buffer.alloc(700_000)]) })],
    ["picture", newId()],
    ["picture", ["x"]],
  ];
  for (const [event, content] of refused) {
    let reply = await ask(socket, event, content);
    while (reply.retry) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      reply = await ask(socket, event, content);
    }
    expect(reply, JSON.stringify([event, content]).slice(0, 200)).toMatchObject({
      ok: false,
      error: expect.stringMatching(/^[A-Z].*\.$/),
    });
    expect(reply.error).not.toContain("went wrong");
  }
  expect(await historyOf("harbour")).toEqual([]);
  expect(await ask(socket, "send", picture({}))).toMatchObject({ ok: true });
}, 20_000);

it("survives events without a reply function and with nonsense in its place", async () => {
  const socket = await enter();
  for (const event of ["join", "send", "picture", "seen", "typing", "echo"]) {
    socket.emit(event);
    socket.emit(event, null, "not a function");
    socket.emit(event, { ids: [1] });
  }
  expect(await ask(socket, "send", draft())).toMatchObject({ ok: true });
});

it("refuses a connection without an identity", async () => {
  await expect(connect("x")).rejects.toThrow("reload");
});

it("remembers the last 200 messages of a room", async () => {
  // Several people, since one may only say so much at a time.
  for (let person = 0; person < 11; person++) {
    const socket = await enter("long-talk", `P${person}`);
    for (let index = 0; index < 19; index++) {
      const text = `${person * 19 + index}`;
      expect(await ask(socket, "send", draft({ room: "long-talk", text }))).toMatchObject({
        ok: true,
      });
    }
    socket.disconnect();
  }
  const history = await historyOf("long-talk");
  expect(history.map(({ text }) => text)).toEqual(
    Array.from({ length: 200 }, (_, index) => `${index + 9}`),
  );
}, 20_000);

it("asks a person who sends too much to wait, and takes the message later", async () => {
  const socket = await enter();
  const replies = await Promise.all(
    Array.from({ length: 30 }, (_, index) => ask(socket, "send", draft({ text: `${index}` }))),
  );
  expect(replies.filter((reply) => reply.retry).length).toBeGreaterThanOrEqual(5);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect((await ask(socket, "send", draft())).retry).toBeUndefined();
});

it("bounds the pictures a room remembers, the oldest losing their bytes", async () => {
  const bytes = Buffer.concat([PNG, Buffer.alloc(600_000)]);
  const picture = { type: "image/png", width: 1, height: 1, bytes };
  const ids: string[] = [];
  const socket = await enter();
  for (let index = 0; index < 15; index++) {
    const message = draft({ picture }) as { id: string };
    ids.push(message.id);
    expect(await ask(socket, "send", message)).toMatchObject({ ok: true });
  }
  const history = await historyOf("harbour");
  const kept = history.map((message) => (message.picture as { kept: boolean }).kept);
  expect(kept).toEqual([false, false, ...Array(13).fill(true)]);
  expect(await ask(socket, "picture", ids[0])).toMatchObject({ ok: false });
  expect((await ask(socket, "picture", ids[14])).bytes).toEqual(bytes);
}, 20_000);

it("opens at most 100 rooms, and closes an empty one for a new one", async () => {
  const visitor = await enter();
  for (let index = 0; index < 120; index++) {
    expect(await ask(visitor, "join", { room: `room-${index}`, name: "Ada" })).toMatchObject({
      ok: true,
    });
  }
  const reader = io(demo.url, { auth: { person: newId() }, forceNew: true });
  sockets.push(reader);
  const rooms = await new Promise<{ name: string }[]>((resolve) => reader.once("rooms", resolve));
  expect(rooms).toHaveLength(100);
  expect(rooms.map(({ name }) => name)).toContain("harbour");
  expect(rooms.map(({ name }) => name)).toContain("room-119");
  expect(rooms.map(({ name }) => name)).not.toContain("room-0");
}, 20_000);
