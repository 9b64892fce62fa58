/**
 * Asks a source for something that its caller can do without: nothing where it throws, so that one that is broken takes
 * no more away than its own part. Whoever watches the source tells of what it threw, and counts it.
 *
 * @example orNothing(() => source.matchUrl(url))
 */
export function orNothing<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
