import { describePair } from "../../packages/testkit/src/behaviour/suite.ts";
import { hawserClientOfOldServers } from "../../packages/testkit/src/peers/hawser.ts";
import { oldServers } from "../../packages/testkit/src/peers/official-old.ts";
import { EVERY_TRANSPORT } from "./extent.ts";

describePair({ server: oldServers["2.5"], client: hawserClientOfOldServers }, EVERY_TRANSPORT);
