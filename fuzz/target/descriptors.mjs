// What this process has open, in words: a number alone would not say what was left behind.
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** As the kernel numbers them. */
const TCP_STATES = {
  ...{ "01": "established", "02": "syn-sent", "03": "syn-received", "04": "fin-wait-1" },
  ...{ "05": "fin-wait-2", "06": "time-wait", "07": "close", "08": "close-wait", "09": "last-ack" },
  ...{ "0A": "listening", "0B": "closing" },
};

/** @returns {string} such as `4 pipe, 2 tcp close-wait` */
export function describeDescriptors() {
  const states = tcpStates();
  /** @type {Map<string, number>} */
  const kinds = new Map();
  for (const fd of readdirSync("/proc/self/fd")) {
    const kind = kindOf(fd, states);
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return [...kinds].map(([kind, number]) => `${number} ${kind}`).join(", ");
}

/** @param {string} fd @param {Map<string, string>} states */
function kindOf(fd, states) {
  try {
    const target = readlinkSync(`/proc/self/fd/${fd}`);
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
    return inode ? (states.get(inode) ?? "socket") : target.replace(/:?\[.*\]$/, "");
  } catch {
    return "closed meanwhile";
  }
}

/** By inode. */
function tcpStates() {
  const lines = ["tcp", "tcp6"].flatMap((name) =>
    readFileSync(`/proc/self/net/${name}`, "utf8").trim().split("\n").slice(1),
  );
  return new Map(
    lines.map((line) => {
      const fields = line.trim().split(/\s+/);
      return [fields[9], `tcp ${TCP_STATES[fields[3]] ?? fields[3]}`];
    }),
  );
}
