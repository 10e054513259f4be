import { describePair } from "../../packages/testkit/src/behaviour/suite.ts";
import { hawserClient } from "../../packages/testkit/src/peers/hawser.ts";
import { pythonServer } from "../../packages/testkit/src/peers/python-server.ts";

describePair({ server: pythonServer(), client: hawserClient });
