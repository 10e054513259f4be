import { describePair } from "../../packages/testkit/src/behaviour/suite.ts";
import { allowingServer } from "../../packages/testkit/src/peers/official.ts";
import { oldClients } from "../../packages/testkit/src/peers/official-old.ts";

describePair({ server: allowingServer, client: oldClients["1.7"] });
