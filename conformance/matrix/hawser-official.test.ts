import { describePair } from "../../packages/testkit/src/behaviour/suite.ts";
import { hawserServer } from "../../packages/testkit/src/peers/hawser.ts";
import { officialClient } from "../../packages/testkit/src/peers/official.ts";

describePair({ server: hawserServer, client: officialClient });
