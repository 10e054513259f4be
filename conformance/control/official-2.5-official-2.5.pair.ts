import { describePair } from "../../packages/testkit/src/behaviour/suite.ts";
import { oldClients, oldServers } from "../../packages/testkit/src/peers/official-old.ts";

describePair({ server: oldServers["2.5"], client: oldClients["2.5"] });
