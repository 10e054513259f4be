/** The first of `encodings` that an Accept-Encoding header names and does not rule out. */
export function acceptedEncoding<E extends string>(
  header: string | string[] | undefined,
  encodings: readonly E[],
): E | undefined {
  const accepted = String(header ?? "")
    .toLowerCase()
    .split(",")
    .map((part) => part.split(";").map((piece) => piece.trim()))
    .filter(([, ...parameters]) => !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter)))
    .map(([name]) => name);
  return encodings.find((encoding) => accepted.includes(encoding));
}
