import type { Extent } from "../../packages/testkit/src/behaviour/suite.ts";

const isWhole = process.env.CONFORMANCE === "all";

/** Of the older generations `npm test` runs the core, `npm run conformance` everything. */
export const EXTENT: Extent = isWhole ? {} : { core: true, modes: ["upgrade"] };

/** The same for one of those with the older protocol: every transport of it is run each time. */
export const EVERY_TRANSPORT: Extent = isWhole ? {} : { core: true };
