import { describePair } from "../../packages/testkit/src/behaviour/suite.ts";
import { hawserClient } from "../../packages/testkit/src/peers/hawser.ts";
import { oldServers } from "../../packages/testkit/src/peers/official-old.ts";
import { EXTENT } from "./extent.ts";

describePair({ server: oldServers["4.0"], client: hawserClient }, EXTENT);
