import { clientRows } from "./client-rows.ts";
import { defaultRows } from "./default-rows.ts";
import { engineRows } from "./engine-rows.ts";
import { parserRows } from "./parser-rows.ts";
import type { ClientRow, ServerRow } from "./row.ts";
import { webSocketRows } from "./websocket-rows.ts";

/** Every advisory, by the side that is attacked; docs/security.md has the same. */
export const ROWS: {
  readonly server: readonly ServerRow[];
  readonly client: readonly ClientRow[];
} = {
  server: [...engineRows, ...parserRows, ...webSocketRows, ...defaultRows],
  client: clientRows,
};
