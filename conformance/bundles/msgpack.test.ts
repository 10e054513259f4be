import parser from "socket.io-msgpack-parser";
import { describePair } from "../../packages/testkit/src/behaviour/suite.ts";
import { browserClient, forPages } from "../../packages/testkit/src/peers/browser-client.ts";
import { hawserServer } from "../../packages/testkit/src/peers/hawser.ts";

describePair(
  {
    server: forPages(hawserServer, { parser }),
    client: browserClient({
      browser: "chromium",
      bundle: "socket.io.msgpack.min.js",
      lacks: {
        "protocol.json": "the parser mistakes whole numbers beyond 64 bits",
        "server.arrayBuffers": "in browsers the parser reads them as pairs",
        "server.views": "in browsers the parser reads them as pairs",
      },
    }),
  },
  { core: true },
);
