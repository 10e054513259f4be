// Rooms on disk while the server is away, so that a restart costs nobody the conversation.

import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * @param {string} file
 * @param {import("./rooms.js").Rooms} rooms
 */
export async function save(file, rooms) {
  const content = rooms.all().map(({ name, history }) => ({
    name,
    messages: history.messages.map((message) => ({
      ...message,
      seen: [...message.seen],
      picture: message.picture && {
        ...message.picture,
        bytes: message.picture.bytes && Buffer.from(message.picture.bytes).toString("base64"),
      },
    })),
  }));
  await mkdir(dirname(file), { recursive: true });
  // Written beside and renamed: a half-written file never takes the place of a whole one.
  await writeFile(`${file}.new`, JSON.stringify(content), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/**
 * Does nothing when there is no file; says so on the console when there is one that cannot be read.
 *
 * @param {string} file
 * @param {import("./rooms.js").Rooms} rooms
 */
export async function load(file, rooms) {
  try {
    for (const { name, messages } of JSON.parse(await readFile(file, "utf8"))) {
      const room = rooms.open(name);
      for (const message of messages) {
        const bytes = message.picture?.bytes;
        if (bytes) message.picture.bytes = new Uint8Array(Buffer.from(bytes, "base64"));
        rooms.keep(room, { ...message, seen: new Set(message.seen) });
      }
    }
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT") return;
    console.error(`The earlier conversation in ${file} could not be read:`, error);
  }
}
