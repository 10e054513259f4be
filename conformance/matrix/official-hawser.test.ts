import { describePair } from "../../packages/testkit/src/behaviour/suite.ts";
import { hawserClient } from "../../packages/testkit/src/peers/hawser.ts";
import { officialServer } from "../../packages/testkit/src/peers/official.ts";

describePair({ server: officialServer, client: hawserClient });
