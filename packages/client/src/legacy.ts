/** Servers of Socket.IO 1 and 2, as values of the option `revision`. In Node they are served without. */
export { anyRevision } from "./legacy/negotiation.ts";
export { revision3 } from "./legacy/revision.ts";
export { type CreateRevision, revision4 } from "./session/revision.ts";
