import { request } from "node:http";
import { expect, test, vi } from "vitest";
import { Server, type ServerOptions } from "../src/index.ts";
import { LagSampler } from "../src/stats/lag.ts";
import { LateClock } from "./late-clock.ts";
import {
  connect,
  fetchRaw,
  next,
  openPolling,
  openWebSocket,
  POLLING,
  type Reply,
  start,
} from "./running-server.ts";

async function startWith(options: Partial<ServerOptions> = {}) {
  const running = await start(options);
  const clock = new LateClock();
  const lag = new LagSampler(clock);
  lag.hold();
  running.io.engine.lag = lag;
  return {
    ...running,
    overload: () => clock.turns(1200, 2400),
    relax: () => clock.turns(50, 1000),
  };
}

/** What an upgrade request is answered. */
function upgrade(port: number): Promise<Pick<Reply, "status" | "headers" | "body">> {
  return new Promise((resolve, reject) => {
    const headers = {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    };
    const path = "/socket.io/?EIO=4&transport=websocket";
    const outgoing = request({ host: "127.0.0.1", port, path, headers, agent: false })
      .on("error", reject)
      .on("upgrade", (response, socket) => {
        socket.destroy();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: "" });
      })
      .on("response", (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => (body += chunk));
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        );
      });
    outgoing.end();
  });
}

const ANSWERS: Record<
  string,
  (port: number) => Promise<Pick<Reply, "status" | "headers" | "body">>
> = {
  "a polling handshake": (port) => fetchRaw(port, POLLING),
  "a WebSocket handshake": upgrade,
};

test.each(Object.entries(ANSWERS))(
  "%s is answered 503 under overload, and served after it",
  async (_, ask) => {
    const { io, port, overload, relax } = await startWith();
    const onError = vi.fn();
    io.engine.on("connection_error", onError);
    overload();
    const { status, headers, body } = await ask(port);
    expect(status).toBe(503);
    expect(headers["content-type"]).toBe("application/json");
    expect(JSON.parse(body)).toEqual({ code: 6, message: "Server overloaded" });
    const retryAfter = Number(headers["retry-after"]);
    expect(retryAfter).toBeGreaterThanOrEqual(1);
    expect(retryAfter).toBeLessThanOrEqual(10);
    expect(onError).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({
        code: 6,
        message: "Server overloaded",
        context: { name: "OVERLOADED", retryAfter },
      }),
    );
    expect(io.stats().refused).toEqual({ OVERLOADED: 1 });
    relax();
    expect((await ask(port)).status).toBeLessThan(300);
  },
);

test("clients are not told to come back all at the same time", async () => {
  const { port, overload } = await startWith();
  overload();
  const replies = await Promise.all(Array.from({ length: 40 }, () => fetchRaw(port, POLLING)));
  expect(new Set(replies.map(({ headers }) => headers["retry-after"])).size).toBeGreaterThan(3);
});

test("requests of sessions pass, and so does their upgrade", async () => {
  const { io, port, overload } = await startWith();
  const path = await openPolling(port);
  const peer = await openWebSocket(port);
  await peer.read();
  overload();
  expect((await fetchRaw(port, path, { method: "POST", body: "40" })).body).toBe("ok");
  expect((await fetchRaw(port, path)).body).toMatch(/^40/);
  const arrival = next(io, "connection");
  peer.ws.send("40");
  await arrival;
  const sid = new URLSearchParams(path).get("sid");
  const probe = await openWebSocket(port, `&sid=${sid}`);
  probe.ws.send("2probe");
  expect(await probe.read()).toBe("3probe");
});

test("with overload: false everybody is let in", async () => {
  const { port, overload } = await startWith({ overload: false });
  overload();
  expect((await fetchRaw(port, POLLING)).status).toBe(200);
});

test("maxLag is the lag that is borne", async () => {
  const { port, overload } = await startWith({ overload: { maxLag: 1500 } });
  overload();
  expect((await fetchRaw(port, POLLING)).status).toBe(200);
});

test.each([true, 5, {}, { maxLag: 0 }, { maxLag: "1" }])("overload may not be %j", (overload) => {
  expect(() => new Server({ overload } as never).attach(0)).toThrow(
    expect.objectContaining({ code: "INVALID_OPTION" }),
  );
});

test("an official client takes the 503 as any failure, and comes back by itself", async () => {
  const { url, overload, relax } = await startWith();
  overload();
  const client = connect(url, {
    reconnection: true,
    reconnectionDelay: 10,
    reconnectionDelayMax: 10,
    transports: ["polling", "websocket"],
  });
  await next(client, "connect_error");
  const connected = next(client, "connect");
  relax();
  await connected;
});
