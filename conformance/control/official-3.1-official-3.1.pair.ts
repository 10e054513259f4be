import { describePair } from "../../packages/testkit/src/behaviour/suite.ts";
import { oldClients, oldServers } from "../../packages/testkit/src/peers/official-old.ts";

describePair({ server: oldServers["3.1"], client: oldClients["3.1"] });
