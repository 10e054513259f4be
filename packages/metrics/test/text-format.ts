/** One metric, as a scraper understands it. */
export interface Family {
  readonly help: string;
  readonly type: string;
  readonly samples: { readonly labels: Record<string, string>; readonly value: number }[];
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const COMMENT = new RegExp(`^# (HELP|TYPE) (${NAME}) (.*)$`);
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (\\S+)$`);
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\["\\n])*)"(,|$)/y;
const NUMBER = /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]Inf|NaN)$/;

/** Reads the text format of Prometheus, version 0.0.4, strictly: throws for every line that is none of it. */
export function parseText(text: string): Map<string, Family> {
  const families = new Map<string, Family & { help: string; type: string }>();
  let current = "";
  if (!text.endsWith("\n")) {
    throw new SyntaxError("the last line has no end");
  }
  for (const line of text.slice(0, -1).split("\n")) {
    const comment = COMMENT.exec(line);
    const sample = SAMPLE.exec(line);
    if (comment) {
      const [, kind, name, rest] = comment as unknown as string[];
      if (kind === "HELP") {
        if (families.has(name!)) throw new SyntaxError(`twice: ${name}`);
        families.set(name!, { help: rest!, type: "", samples: [] });
        current = name!;
      } else {
        if (name !== current || !["counter", "gauge"].includes(rest!)) throw new SyntaxError(line);
        families.get(name)!.type = rest!;
      }
    } else if (sample) {
      const [, name, labels, value] = sample as unknown as string[];
      if (name !== current || !NUMBER.test(value!)) throw new SyntaxError(line);
      families.get(name)!.samples.push({ labels: labelsOf(labels ?? ""), value: Number(value) });
    } else {
      throw new SyntaxError(`neither comment nor sample: ${line}`);
    }
  }
  return families;
}

function labelsOf(text: string): Record<string, string> {
  const labels: [string, string][] = [];
  for (LABEL.lastIndex = 0; LABEL.lastIndex < text.length; ) {
    const match = LABEL.exec(text);
    if (!match) throw new SyntaxError(`labels: ${text}`);
    const value = match[2]!.replace(/\\(.)/g, (_, char) => (char === "n" ? "\n" : char));
    labels.push([match[1]!, value]);
  }
  return Object.fromEntries(labels);
}
