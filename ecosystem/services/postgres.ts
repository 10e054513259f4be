import { execFile, execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "../../packages/testkit/src/ports.ts";
import { createFolder, type Folder, requireCommand, Service } from "./service.ts";

const VERSIONS = "/usr/lib/postgresql";
const PACKAGE = "postgresql";
const run = promisify(execFile);

export interface Postgres {
  readonly port: number;
  readonly url: string;
  stop(): Promise<void>;
}

/** A PostgreSQL server with an empty database, on a free port of the loopback. */
export async function startPostgres(): Promise<Postgres> {
  const bin = newestBin();
  const command = requireCommand(bin && join(bin, "postgres"), PACKAGE);
  const port = await freePort();
  const folder = createFolder("postgres", unprivileged());
  await run(
    join(bin!, "initdb"),
    ["-D", join(folder.path, "data"), "-A", "trust", "-U", "postgres", "--no-sync"],
    { ...folder.owner, cwd: folder.path },
  );
  const service = await Service.start({
    command,
    debianPackage: PACKAGE,
    args: [
      ...["-D", join(folder.path, "data"), "-p", `${port}`],
      ...["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="],
      ...["-c", "fsync=off"],
    ],
    folder,
    signal: "QUIT",
    isReady: () =>
      run(join(bin!, "pg_isready"), ["-h", "127.0.0.1", "-p", `${port}`]).then(
        () => true,
        () => false,
      ),
  });
  return {
    port,
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    stop: () => service.stop(),
  };
}

function newestBin(): string | undefined {
  const versions = existsSync(VERSIONS) ? readdirSync(VERSIONS) : [];
  const newest = versions.sort((one, other) => Number(other) - Number(one))[0];
  return newest && join(VERSIONS, newest, "bin");
}

/** PostgreSQL refuses to run as root: then it runs as the user that its package made. */
function unprivileged(): Folder["owner"] {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync("/usr/bin/id", [flag, "postgres"]));
  return { uid: id("-u"), gid: id("-g") };
}
