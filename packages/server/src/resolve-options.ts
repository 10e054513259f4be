import { HawserTypeError } from "./errors.ts";
import { RECOVERY_DEFAULTS, type ServerOptions } from "./options.ts";

type Rule = (value: unknown) => boolean;

const milliseconds: Rule = (value) =>
  typeof value === "number" && value >= 0 && value <= 0x7fffffff;
const bytes: Rule = (value) => typeof value === "number" && value > 0;
const flag: Rule = (value) => typeof value === "boolean";
const callable: Rule = (value) => typeof value === "function";
const record: Rule = (value) => typeof value === "object" && value !== null;
const hasMaxLag: Rule = (value) => record(value) && bytes((value as { maxLag: unknown }).maxLag);
const or =
  (...rules: Rule[]): Rule =>
  (value) =>
    rules.some((rule) => rule(value));

const RULES: Readonly<Record<string, { rule: Rule; expected: string }>> = {
  pingTimeout: { rule: milliseconds, expected: "milliseconds" },
  pingInterval: { rule: milliseconds, expected: "milliseconds" },
  upgradeTimeout: { rule: milliseconds, expected: "milliseconds" },
  connectTimeout: { rule: milliseconds, expected: "milliseconds" },
  ackTimeout: { rule: milliseconds, expected: "milliseconds" },
  destroyUpgradeTimeout: { rule: milliseconds, expected: "milliseconds" },
  batchWindow: { rule: milliseconds, expected: "milliseconds" },
  maxHttpBufferSize: { rule: bytes, expected: "a positive number of bytes" },
  allowRequest: { rule: callable, expected: "a function" },
  transports: { rule: Array.isArray, expected: "an array of transport names" },
  allowUpgrades: { rule: flag, expected: "a boolean" },
  perMessageDeflate: { rule: or(flag, record), expected: "a boolean or options of ws" },
  httpCompression: { rule: or(flag, record), expected: "a boolean or options of node:zlib" },
  cookie: { rule: or(flag, record), expected: "a boolean or cookie options" },
  cors: { rule: or(flag, record, callable), expected: "a boolean or options of the cors package" },
  checkOrigin: { rule: flag, expected: "a boolean" },
  wsEngine: {
    rule: or(callable, (value) => typeof value === "string"),
    expected: "a class such as WebSocketServer of ws, or the name of a module that has one",
  },
  path: { rule: (value) => typeof value === "string", expected: "a string" },
  serveClient: { rule: flag, expected: "a boolean" },
  destroyUpgrade: { rule: flag, expected: "a boolean" },
  addTrailingSlash: { rule: flag, expected: "a boolean" },
  overload: {
    rule: or((value) => value === false, hasMaxLag),
    expected: "false or { maxLag: milliseconds }",
  },
  limits: { rule: record, expected: "an object" },
  allowEIO3: { rule: flag, expected: "a boolean" },
  adapter: { rule: callable, expected: "a class or a function" },
  parser: { rule: or(record, callable), expected: "an object with Encoder and Decoder" },
  backpressure: { rule: record, expected: "an object" },
  cleanupEmptyChildNamespaces: { rule: flag, expected: "a boolean" },
  connectionStateRecovery: { rule: or((v) => v === false, record), expected: "an object" },
  maxDisconnectionDuration: { rule: milliseconds, expected: "milliseconds" },
  skipMiddlewares: { rule: flag, expected: "a boolean" },
};

/** Options that are known but need no rule, so that nobody is warned of them. */
const UNCHECKED = ["initialPacket", "clock"];

const options: ReadonlySet<string> = new Set([...Object.keys(RULES), ...UNCHECKED]);
const warned = new Set<string>();

/**
 * The defaults, overlaid with what is given. An option that is `undefined` or `null` counts as not given.
 * @throws HawserTypeError `INVALID_OPTION` for a value of a wrong type or range
 */
export function resolveOptions<T extends object>(defaults: T, given: Partial<T> | undefined): T {
  const resolved = { ...defaults } as Record<string, unknown>;
  for (const [name, value] of Object.entries(given ?? {})) {
    if (value === undefined || value === null) {
      continue;
    }
    const check = Object.hasOwn(RULES, name) ? RULES[name] : undefined;
    if (check && !check.rule(value)) {
      throw new HawserTypeError("INVALID_OPTION", `option "${name}" must be ${check.expected}`);
    }
    resolved[name] = value;
  }
  return resolved as T;
}

/**
 * Warns once of a name that looks like a misspelt option. Other unknown names are left alone:
 * applications and frameworks do pass keys of their own.
 * @param known the names that there are. Default: of the options
 */
export function warnOfTypos(given: object, known: ReadonlySet<string> = options): void {
  for (const name of Object.keys(given)) {
    if (known.has(name) || warned.has(name)) {
      continue;
    }
    const nearest = [...known].find((option) => isTypo(name, option));
    if (nearest) {
      warned.add(name);
      process.emitWarning(`unknown option "${name}"; did you mean "${nearest}"?`, {
        code: "HAWSER_UNKNOWN_OPTION",
      });
    }
  }
}

/** Whether one letter was added, dropped or changed, or two neighbours swapped, or only the case differs. */
function isTypo(name: string, option: string): boolean {
  const [a, b] = [name.toLowerCase(), option.toLowerCase()];
  let start = 0;
  while (start < a.length && a[start] === b[start]) {
    start++;
  }
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) {
    end++;
  }
  const [x, y] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  const swapped = x.length === 2 && y.length === 2 && x[0] === y[1] && x[1] === y[0];
  return (x.length <= 1 && y.length <= 1) || swapped;
}

/** Adapters read the settings of recovery from the options, and find all of them there. */
export function withRecoveryDefaults(options: Partial<ServerOptions>): Partial<ServerOptions> {
  const { connectionStateRecovery } = options;
  if (typeof connectionStateRecovery !== "object" || connectionStateRecovery === null) {
    return options;
  }
  warnOfTypos(connectionStateRecovery);
  return {
    ...options,
    connectionStateRecovery: resolveOptions(RECOVERY_DEFAULTS, connectionStateRecovery),
  };
}
