import { describePair } from "../../packages/testkit/src/behaviour/suite.ts";
import { hawserClient, hawserServer } from "../../packages/testkit/src/peers/hawser.ts";

describePair({ server: hawserServer, client: hawserClient });
