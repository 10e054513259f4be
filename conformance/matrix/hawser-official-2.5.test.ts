import { describePair } from "../../packages/testkit/src/behaviour/suite.ts";
import { hawserServer } from "../../packages/testkit/src/peers/hawser.ts";
import { oldClients } from "../../packages/testkit/src/peers/official-old.ts";
import { EVERY_TRANSPORT } from "./extent.ts";

describePair({ server: hawserServer, client: oldClients["2.5"] }, EVERY_TRANSPORT);
