import { streamHead } from "@hawser/engine-codec/frames";
import { expect, onTestFinished, test, vi } from "vitest";
import { Socket } from "../src/engine.ts";

const HANDSHAKE = '0{"sid":"a","upgrades":[],"pingInterval":25000,"pingTimeout":20000}';

/** A stream that brings the handshake, and goes on as `after` says. */
function bringing(after: (stream: ReadableStreamDefaultController<unknown>) => void) {
  return new ReadableStream({
    start(stream) {
      const payload = new TextEncoder().encode(HANDSHAKE);
      stream.enqueue(streamHead(payload.length, false));
      stream.enqueue(payload);
      setTimeout(() => after(stream), 20);
    },
  });
}

/** A stream that breaks at the first packet after the one that opens the session. */
function brittle(): WritableStream<Uint8Array> {
  let writes = 0;
  return new WritableStream({
    write() {
      // A head and a payload for each packet.
      if (++writes > 2) {
        throw new Error("stopped");
      }
    },
  });
}

const STREAMS: [string, () => object][] = [
  ["ends", () => ({ readable: bringing((s) => s.close()) })],
  ["is reset", () => ({ readable: bringing((s) => s.error(new Error("reset"))) })],
  ["brings what is no bytes", () => ({ readable: bringing((s) => s.enqueue("text")) })],
  ["takes nothing more", () => ({ readable: bringing(() => {}), writable: brittle() })],
];

test.each(STREAMS)("a session whose stream %s is lost at once", async (_, createStream) => {
  class WebTransport {
    readonly ready = Promise.resolve();
    close!: () => void;
    readonly closed = new Promise<void>((resolve) => {
      this.close = resolve;
    });
    createBidirectionalStream = async () => ({
      writable: new WritableStream(),
      ...createStream(),
    });
  }
  vi.stubGlobal("WebTransport", WebTransport);
  onTestFinished(() => void vi.unstubAllGlobals());

  const socket = new Socket("https://localhost", { transports: ["webtransport"] });
  const closed = new Promise((resolve) => socket.on("close", resolve));
  await new Promise((resolve) => socket.on("open", () => resolve(undefined)));
  socket.send("hello");
  expect(await closed).toBe("transport close");
});
