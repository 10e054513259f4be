// The ratios to socket.io as bars. One palette, readable on white and on dark pages.

const WIDTH = 760;
const LEFT = 250;
const RIGHT = 60;
const ROW = 24;
const TOP = 62;
const BOTTOM = 46;
const END = 1.25;
const COLORS = {
  text: "#768390",
  line: "#8b949e",
  bar: "#2f81f7",
  missed: "#d29922",
  ws: "#a371f7",
};

const x = (ratio) => LEFT + (Math.min(ratio, END) / END) * (WIDTH - LEFT - RIGHT);
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** @param {ReturnType<typeof import("./summary.mjs").summarize>} rows @param {any} machine */
export function plot(rows, machine) {
  const shown = rows
    .map((row) => ({ ...row, ratio: row.verdicts[0]?.toSocketIo?.median }))
    .filter(({ ratio, limit }) => Number.isFinite(ratio) && limit === undefined);
  const height = TOP + shown.length * ROW + BOTTOM;
  const foot = TOP + shown.length * ROW + 6;
  const { versions, node, cpu, date } = machine;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="Cost of Hawser as a share of socket.io's">`,
    `<style>text{font:12px system-ui,sans-serif;fill:${COLORS.text}}.b{font-weight:600}.t{font-size:14px}.s{font-size:10px}.e{text-anchor:end}.m{text-anchor:middle}</style>`,
    `<text class="b t" x="8" y="20">What Hawser costs the server, as a share of socket.io ${versions["socket.io"]}</text>`,
    ...legend(),
    ...[0, 0.25, 0.5, 0.75, 1].flatMap((ratio) => axis(ratio, foot)),
    ...shown.flatMap((row, i) => bar(row, TOP + i * ROW)),
    `<text class="s" x="8" y="${height - 8}">Node ${node}, ${escaped(cpu ?? "")}, ${date.slice(0, 10)}; CPU time or memory, medians; shorter is better</text>`,
    "</svg>",
    "",
  ].join("\n");
}

function legend() {
  return [
    `<rect x="${LEFT}" y="33" width="14" height="9" rx="2" fill="${COLORS.bar}"/><text x="${LEFT + 20}" y="42">Hawser</text>`,
    `<line x1="${LEFT + 96}" x2="${LEFT + 96}" y1="31" y2="44" stroke="${COLORS.missed}" stroke-width="2.5"/><text x="${LEFT + 104}" y="42">bound</text>`,
    `<circle cx="${LEFT + 168}" cy="38" r="4" fill="#fff" stroke="${COLORS.ws}" stroke-width="2"/><text x="${LEFT + 178}" y="42">bare ws</text>`,
  ];
}

function axis(ratio, foot) {
  const style = ratio === 1 ? 'stroke-width="1.5"' : 'stroke-width="1" stroke-opacity="0.35"';
  return [
    `<line x1="${x(ratio)}" x2="${x(ratio)}" y1="${TOP - 6}" y2="${foot}" stroke="${COLORS.line}" ${style}/>`,
    `<text class="m s" x="${x(ratio)}" y="${foot + 13}">${ratio === 1 ? "socket.io" : ratio}</text>`,
  ];
}

function bar({ title, ratio, must, values }, y) {
  const middle = y + ROW / 2;
  const ws = values.ws / values["socket.io"];
  const parts = [
    `<text class="e" x="${LEFT - 8}" y="${middle + 4}">${escaped(title)}</text>`,
    `<rect x="${LEFT}" y="${middle - 7}" width="${(x(ratio) - LEFT).toFixed(1)}" height="14" rx="2" fill="${COLORS.bar}"/>`,
    `<text class="b" x="${WIDTH - RIGHT + 12}" y="${middle + 4}">${ratio.toFixed(2)}</text>`,
  ];
  if (must !== undefined) {
    parts.push(
      `<line x1="${x(must)}" x2="${x(must)}" y1="${middle - 9}" y2="${middle + 9}" stroke="${COLORS.missed}" stroke-width="2.5"/>`,
    );
  }
  if (Number.isFinite(ws)) {
    parts.push(
      `<circle cx="${x(ws).toFixed(1)}" cy="${middle}" r="4" fill="#fff" stroke="${COLORS.ws}" stroke-width="2"/>`,
    );
  }
  return parts;
}
