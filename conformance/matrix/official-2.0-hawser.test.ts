import { describePair } from "../../packages/testkit/src/behaviour/suite.ts";
import { hawserClientOfOldServers } from "../../packages/testkit/src/peers/hawser.ts";
import { oldServers } from "../../packages/testkit/src/peers/official-old.ts";
import { EXTENT } from "./extent.ts";

describePair({ server: oldServers["2.0"], client: hawserClientOfOldServers }, EXTENT);
