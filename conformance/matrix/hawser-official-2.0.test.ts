import { describePair } from "../../packages/testkit/src/behaviour/suite.ts";
import { hawserServer } from "../../packages/testkit/src/peers/hawser.ts";
import { oldClients } from "../../packages/testkit/src/peers/official-old.ts";
import { EXTENT } from "./extent.ts";

describePair({ server: hawserServer, client: oldClients["2.0"] }, EXTENT);
