import { describePair } from "../../packages/testkit/src/behaviour/suite.ts";
import { oldClients, oldServers } from "../../packages/testkit/src/peers/official-old.ts";

describePair({ server: oldServers["4.0"], client: oldClients["4.0"] });
