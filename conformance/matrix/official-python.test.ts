import { describePair } from "../../packages/testkit/src/behaviour/suite.ts";
import { officialServer } from "../../packages/testkit/src/peers/official.ts";
import { pythonClient } from "../../packages/testkit/src/peers/python-client.ts";

describePair({ server: officialServer, client: pythonClient() });
