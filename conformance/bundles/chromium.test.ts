import { describePair } from "../../packages/testkit/src/behaviour/suite.ts";
import { browserClient, forPages } from "../../packages/testkit/src/peers/browser-client.ts";
import { hawserServer } from "../../packages/testkit/src/peers/hawser.ts";

describePair({
  server: forPages(hawserServer),
  client: browserClient({ browser: "chromium", bundle: "socket.io.min.js" }),
});
