/** How many lists of names are shared; clients of the same kind send the same ones. */
const MAX_LISTS = 200;
/** Characters of the longest list that is. */
const MAX_LENGTH = 500;

const lists = new Map<string, readonly string[]>();
let latest: readonly string[] = [];

/** The values in raw headers, where names and values take turns. */
export function valuesIn(rawHeaders: readonly string[]): string[] {
  return rawHeaders.filter((_part, index) => index % 2 === 1);
}

/** The names in raw headers: the same list for all that are alike, as far as lists are shared. */
export function namesIn(rawHeaders: readonly string[]): readonly string[] {
  if (!isAsBefore(rawHeaders)) {
    latest = share(rawHeaders.filter((_part, index) => index % 2 === 0));
  }
  return latest;
}

/** Whether the names are those of the client before, as they mostly are. */
function isAsBefore(rawHeaders: readonly string[]): boolean {
  if (rawHeaders.length !== 2 * latest.length) {
    return false;
  }
  for (let i = 0; i < latest.length; i++) {
    if (rawHeaders[2 * i] !== latest[i]) {
      return false;
    }
  }
  return true;
}

function share(names: readonly string[]): readonly string[] {
  // No name has a line end in it.
  const key = names.join("\n");
  const known = lists.get(key);
  if (known || key.length > MAX_LENGTH || lists.size === MAX_LISTS) {
    return known ?? names;
  }
  lists.set(key, names);
  return names;
}
