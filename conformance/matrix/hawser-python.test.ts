import { describePair } from "../../packages/testkit/src/behaviour/suite.ts";
import { hawserServer } from "../../packages/testkit/src/peers/hawser.ts";
import { pythonClient } from "../../packages/testkit/src/peers/python-client.ts";

describePair({ server: hawserServer, client: pythonClient() });
