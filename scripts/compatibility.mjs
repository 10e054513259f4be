// Makes docs/compatibility.md of vitest's report about the matrix.

/**
 * @typedef {{ title: string, status: string, meta?: { mode?: string, shows?: string, pair?: Pair } }} Test
 * @typedef {{ name: string, release?: string }} Peer
 * @typedef {{ mode: string, shows: string, sentence: string, reasons: string[] }} Left
 * @typedef {{ server: Peer, client: Peer, modes: string[], subjects: Record<string, string>, left: Left[] }} Pair
 * @typedef {Pair & { tests: Test[] }} Result
 */

/** @param {Peer} peer */
const isOurs = ({ name }) => name === "hawser";

/** Oldest first, then Python, then ours. @param {string} [release] */
const rank = (release = "") =>
  release
    .replace(/^@hawser/, "z")
    .replace(/^python/, "y")
    .replace(/^socket\.io-client/, "socket.io");

/** @param {Result[]} results @param {Date} date */
export function compatibility(results, date) {
  const notes = new Notes();
  const tables = [
    {
      title: "Our server",
      text: "Clients on `@hawser/server`.",
      peer: /** @param {Result} result */ ({ client }) => client.release,
      heading: "Client",
      rows: results.filter(({ server }) => isOurs(server)),
    },
    {
      title: "Our client",
      text: "`@hawser/client` on servers.",
      peer: /** @param {Result} result */ ({ server }) => server.release,
      heading: "Server",
      rows: results.filter(({ server, client }) => isOurs(client) && !isOurs(server)),
    },
    {
      title: "Control",
      text: "The others among themselves: what a behaviour asks for is what they do.",
      peer: /** @param {Result} result */ ({ server, client }) =>
        `${server.release} ← ${client.release}`,
      heading: "Server ← client",
      rows: results.filter(({ server, client }) => !isOurs(client) && !isOurs(server)),
    },
  ];
  const body = tables.map(({ title, text, peer, heading, rows }) => {
    rows.sort((a, b) => rank(peer(a)).localeCompare(rank(peer(b)), "en", { numeric: true }));
    return `## ${title}\n\n${text}\n\n${table(heading, rows, peer, notes)}\n`;
  });
  const releases = new Set(
    results.flatMap(({ server, client }) => [server, client]).map((peer) => peer.release),
  );
  const ours = [...releases].filter((release) => release?.startsWith("@hawser/")).sort();
  return `# Compatibility

Written by \`npm run conformance\` on ${date.toISOString().slice(0, 10)}, with ${ours.join(", ")}, Node ${process.versions.node}.

Every peer is the real one, from npm or Debian. A tick: all behaviours of that column hold, both ways, between
these two, over this transport (\`upgrade\`: from polling to WebSocket). A number beside it leads to what the
peer cannot do, which is then left out; a cross is a failure. The last column counts all behaviours that the
pair was put through, those of the columns and those of the APIs; \`packages/testkit/src/behaviour\` has them.

${body.join("\n")}
${notes}`;
}

/** @param {string} heading @param {Result[]} rows @param {(result: Result) => string | undefined} peer @param {Notes} notes */
function table(heading, rows, peer, notes) {
  const subjects = Object.entries(rows[0]?.subjects ?? {});
  const lines = [
    [heading, "over", ...subjects.map(([, title]) => title), "all"],
    ["---", "---", ...subjects.map(() => ":-:"), "--:"],
  ];
  for (const result of rows) {
    for (const mode of result.modes) {
      const cells = subjects.map(([subject]) => cell(result, mode, subject, notes));
      lines.push([peer(result) ?? "", mode, ...cells, total(result, mode)]);
    }
  }
  return lines.map((line) => `| ${line.join(" | ")} |`).join("\n");
}

/** @param {Result} result @param {string} mode @param {string} subject @param {Notes} notes */
function cell({ tests, left }, mode, subject, notes) {
  const run = tests.filter(({ meta }) => meta?.mode === mode && meta.shows === subject);
  const marks = left
    .filter((one) => one.mode === mode && one.shows === subject)
    .map(({ sentence, reasons }) => notes.mark(reasons, sentence));
  const outcome = run.some(({ status }) => status !== "passed") ? "✗" : run.length > 0 ? "✓" : "";
  return outcome + [...new Set(marks)].join("");
}

/** @param {Result} result @param {string} mode */
function total({ tests }, mode) {
  const run = tests.filter(({ meta }) => meta?.mode === mode);
  const passed = run.filter(({ status }) => status === "passed").length;
  return passed === run.length ? String(passed) : `✗ ${passed} of ${run.length}`;
}

/** Footnotes: a reason, and what is left out for it. */
class Notes {
  /** @type {Map<string, Set<string>>} */
  #sentences = new Map();

  /** @param {string[]} reasons @param {string} sentence */
  mark(reasons, sentence) {
    const reason = [...new Set(reasons)].join("; ");
    const sentences = this.#sentences.get(reason) ?? new Set();
    this.#sentences.set(reason, sentences.add(sentence));
    return `[^${[...this.#sentences.keys()].indexOf(reason) + 1}]`;
  }

  toString() {
    return [...this.#sentences]
      .map(
        ([reason, sentences], index) =>
          `[^${index + 1}]: Left out, because ${reason}: ${[...sentences].map((one) => `“${one}”`).join(", ")}.\n`,
      )
      .join("");
  }
}
