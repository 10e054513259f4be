import { describePair } from "../../packages/testkit/src/behaviour/suite.ts";
import { browserClient, forPages } from "../../packages/testkit/src/peers/browser-client.ts";
import { hawserServer } from "../../packages/testkit/src/peers/hawser.ts";

// The same sources as the script, minified the same way; so the core of the suite will do.
describePair(
  {
    server: forPages(hawserServer),
    client: browserClient({ browser: "firefox", bundle: "socket.io.esm.min.js" }),
  },
  { core: true },
);
