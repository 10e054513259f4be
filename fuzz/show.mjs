// A case for reading.

const MAX = 160;

/** @param {import("./input/script.mjs").Script} script */
export function show({ index, kind, steps, ending, staysOpen }) {
  const lines = steps.map(({ do: verb, ...rest }) => {
    // Masked bytes tell nothing where there is a note.
    const shown = rest.note === undefined ? rest : { ...rest, bytes: rest.bytes.length };
    return `  ${verb} ${JSON.stringify(shown, replacer)}`;
  });
  const open = staysOpen ? ", connections stay half open" : "";
  return [`case ${index}, ${kind}, ends with ${ending}${open}:`, ...lines].join("\n");
}

function replacer(_key, value) {
  const bytes = value?.type === "Buffer" ? Buffer.from(value.data) : undefined;
  const text = bytes ? bytes.toString("latin1") : value;
  return typeof text === "string" && text.length > MAX
    ? `${text.slice(0, MAX)}… (${text.length} ${bytes ? "bytes" : "characters"})`
    : text;
}
