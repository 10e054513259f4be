import { expect, test } from "vitest";
import type { ErrorCallback } from "../src/engine.ts";
import type { UwsApp, UwsBehavior, UwsUserData, UwsWebSocket } from "../src/uws/app.ts";
import { UwsEngine } from "../src/uws/uws-engine.ts";

/** Written as uWebSockets.js behaves: a WebSocket that is closed throws whatever is done with it. */
function upgradeOnApp(engine: UwsEngine): { ws: UwsWebSocket; behavior: UwsBehavior } {
  let behavior: UwsBehavior | undefined;
  const app: UwsApp = {
    any: () => {},
    ws(_pattern, given) {
      behavior = given;
    },
  };
  engine.attach(app, { path: "/engine.io" });
  let userData: UwsUserData | undefined;
  let isClosed = false;
  const alive = <T>(answer: T): T => {
    if (isClosed) {
      throw new Error("Invalid access of closed uWS.WebSocket");
    }
    return answer;
  };
  const ws: UwsWebSocket = {
    getUserData: () => alive(userData!),
    send: () => alive(1),
    getBufferedAmount: () => alive(0),
    cork: (callback) => alive(callback)(),
    end: () => alive(undefined),
    close: () => alive(undefined),
  };
  const query = "EIO=4&transport=websocket";
  const request = {
    getMethod: () => "get",
    getUrl: () => "/engine.io/",
    getQuery: () => query,
    getHeader: () => "",
    forEach: () => {},
  };
  const response = {
    onAborted: () => {},
    onData: () => {},
    cork: (callback: () => void) => callback(),
    writeStatus: () => {},
    writeHeader: () => {},
    end: () => {},
    close: () => {},
    getRemoteAddressAsText: () => new ArrayBuffer(0),
    upgrade(data: UwsUserData) {
      userData = data;
    },
  };
  behavior!.upgrade(response, request, undefined);
  behavior!.open(ws);
  const close = behavior!.close;
  behavior!.close = (closing) => {
    close(closing);
    isClosed = true;
  };
  return { ws, behavior: behavior! };
}

test("a WebSocket of uWebSockets.js that is gone when handshake() goes on is not touched", async () => {
  let goOn: (() => void) | undefined;
  let over: Promise<unknown> | undefined;
  class Late extends UwsEngine {
    protected override handshake(name: string, req: never, close: ErrorCallback) {
      const handshake = new Promise<void>((resolve) => {
        goOn = resolve;
      }).then(() => super.handshake(name, req, close));
      over = handshake;
      return handshake;
    }
  }
  const engine = new Late();
  const { ws, behavior } = upgradeOnApp(engine);
  behavior.close(ws);
  goOn?.();
  await expect(over).resolves.toBeUndefined();
  expect(engine.clientsCount).toBe(0);
});
