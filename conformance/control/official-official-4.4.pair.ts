import { describePair } from "../../packages/testkit/src/behaviour/suite.ts";
import { officialServer } from "../../packages/testkit/src/peers/official.ts";
import { oldClients } from "../../packages/testkit/src/peers/official-old.ts";

describePair({ server: officialServer, client: oldClients["4.4"] });
