/** Changes (a letter put in, left out, replaced, or swapped with its neighbour) that turn one word into the other. */
function distance(from: string, to: string): number {
  let older: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let cost = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1])
        cost = Math.min(cost, (older[column - 2] ?? 0) + 1);
      current.push(cost);
    }
    older = previous;
    previous = current;
  }
  return previous[to.length] ?? 0;
}

/** Longer words are no typing errors of a name, and would take long to compare. */
const LONGEST = 64;

/**
 * The name that was likely meant: the one with the fewest typing errors, at most a third of its length and
 * never more than three. Upper and lower case are the same.
 *
 * @returns `undefined` when no name is near.
 * @example nearest("imbd", ["mdl", "imdb"]); // "imdb"
 */
export function nearest(word: string, names: Iterable<string>): string | undefined {
  if (word.length > LONGEST) return undefined;
  let best: { readonly name: string; readonly errors: number } | undefined;
  for (const name of names) {
    const errors = distance(word.toLowerCase(), name.toLowerCase());
    const most = Math.min(3, Math.ceil(Math.max(name.length, word.length) / 3));
    if (errors <= most && errors < name.length && (best === undefined || errors < best.errors)) best = { name, errors };
  }
  return best?.name;
}
