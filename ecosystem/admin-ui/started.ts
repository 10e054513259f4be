import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { type RunningApp, startApp } from "../apps/running-app.ts";

export const PASSWORD = "correct horse";

interface Instrumented {
  mode: "development" | "production";
  /** Whether the user "admin" has to give {@link PASSWORD}. */
  auth?: boolean;
  readonly?: boolean;
}

const bcrypt: { hashSync(text: string, rounds: number): string } = createRequire(import.meta.url)(
  "bcryptjs",
);

/** A server with the admin UI's instrumentation, which serves the UI's page under `/ui/`. */
export function startInstrumented({ mode, auth, readonly }: Instrumented): Promise<RunningApp> {
  const env = {
    MODE: mode,
    PASSWORD: auth ? bcrypt.hashSync(PASSWORD, 4) : "",
    READONLY: String(readonly === true),
  };
  return startApp(fileURLToPath(new URL("./server.js", import.meta.url)), { env });
}
