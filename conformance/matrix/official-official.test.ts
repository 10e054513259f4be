import { describePair } from "../../packages/testkit/src/behaviour/suite.ts";
import { officialClient, officialServer } from "../../packages/testkit/src/peers/official.ts";

describePair({ server: officialServer, client: officialClient });
