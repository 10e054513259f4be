// The rows as a table of Markdown, which is readable in a terminal as well.

const number = (value) => {
  if (value === undefined || Number.isNaN(value)) {
    return "";
  }
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
};
const thousands = (value) => (Number.isNaN(value) ? "" : Math.round(value).toLocaleString("en"));
const spread = (ratio) =>
  ratio ? `${ratio.median.toFixed(2)} (${ratio.min.toFixed(2)}–${ratio.max.toFixed(2)})` : "";

/** @param {ReturnType<typeof import("./summary.mjs").summarize>} rows @param {string[]} targets */
export function costTable(rows, targets) {
  const head = ["", "unit", ...targets, "to socket.io", "must", "aim", "to ws", "must", ""];
  const lines = rows.flatMap((row) =>
    row.verdicts.map((verdict, i) => [
      i === 0 ? row.title : `… ${verdict.subject}`,
      row.unit,
      ...targets.map((name) => number(row.values[name])),
      spread(verdict.toSocketIo),
      row.must?.toFixed(2) ?? (row.limit ? `≤ ${row.limit} ${row.unit}` : ""),
      row.aim?.toFixed(2) ?? "",
      spread(verdict.toWs),
      row.ws?.toFixed(2) ?? "",
      mark(row, verdict),
    ]),
  );
  return markdown(head, lines);
}

function mark({ must, ws, limit }, { toSocketIo, toWs, misses }) {
  const judged =
    limit !== undefined || (must !== undefined && toSocketIo) || (ws !== undefined && toWs);
  return misses.length > 0 ? `misses ${misses.join(", ")}` : judged ? "ok" : "";
}

/** @param {ReturnType<typeof import("./summary.mjs").summarize>} rows @param {string[]} targets */
export function throughputTable(rows, targets) {
  const lines = rows
    .filter(({ perSecond }) => Object.values(perSecond).some((value) => !Number.isNaN(value)))
    .map(({ title, perSecond }) => [
      title,
      ...targets.map((name) => thousands(perSecond[name] ?? Number.NaN)),
    ]);
  return markdown(["a second", ...targets], lines);
}

/** @param {string[]} head @param {string[][]} lines */
function markdown(head, lines) {
  const widths = head.map((text, i) => Math.max(text.length, 3, ...lines.map((l) => l[i].length)));
  const isText = (i) => i === 0 || head[i] === "unit" || i === head.length - 1;
  const pad = (text, i) => (isText(i) ? text.padEnd(widths[i]) : text.padStart(widths[i]));
  const rule = widths.map((width, i) =>
    isText(i) ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
  );
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [head.map(pad), rule, ...lines.map((cells) => cells.map(pad))].map(line).join("\n");
}
