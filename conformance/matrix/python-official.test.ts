import { describePair } from "../../packages/testkit/src/behaviour/suite.ts";
import { officialClient } from "../../packages/testkit/src/peers/official.ts";
import { pythonServer } from "../../packages/testkit/src/peers/python-server.ts";

describePair({ server: pythonServer(), client: officialClient });
