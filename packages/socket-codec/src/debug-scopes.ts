/**
 * Which scopes a text such as `socket.io*,-socket.io:socket` asks for: words between commas or blanks,
 * `*` for anything, a leading `-` for what is left out.
 */
export function scopesOf(text: string): (scope: string) => boolean {
  const words = text.split(/[\s,]+/).filter((word) => word !== "");
  const wanted = words.filter((word) => !word.startsWith("-")).map(patternOf);
  const unwanted = words
    .filter((word) => word.startsWith("-"))
    .map((word) => patternOf(word.slice(1)));
  return (scope) =>
    wanted.some((pattern) => pattern.test(scope)) &&
    !unwanted.some((pattern) => pattern.test(scope));
}

function patternOf(word: string): RegExp {
  const literal = word.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${literal.replaceAll("*", ".*")}$`);
}
