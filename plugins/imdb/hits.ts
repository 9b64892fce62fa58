import type { SearchHit } from "dramabot/plugin";
import { count, word } from "./json.ts";
import { PUBLIC_SITE, readId } from "./links.ts";
import { posterOf } from "./text.ts";

/** One result as an upstream tells of it, before anything is trusted. */
export interface RawHit {
  readonly id: unknown;
  readonly title: unknown;
  readonly year: unknown;
  readonly kind: unknown;
  readonly picture: unknown;
}

/** Most hits kept. */
const MOST = 10;

/**
 * Makes hits of an upstream's results: titles alone (people carry `nm` ids), each once, in the upstream's order.
 *
 * @returns `undefined` when nothing in the results has an id: then they are no results.
 */
export function hitsOf(raw: readonly RawHit[]): readonly SearchHit[] | undefined {
  if (raw.length > 0 && !raw.some(({ id }) => typeof id === "string")) return undefined;
  const hits = new Map<string, SearchHit>();
  for (const one of raw) {
    const id = readId(word(one.id) ?? "");
    const title = word(one.title);
    if (id === undefined || title === undefined || hits.has(id)) continue;
    const year = count(one.year);
    const kind = word(one.kind);
    const thumbnail = posterOf(one.picture);
    hits.set(id, {
      id,
      title,
      ...(year === undefined ? {} : { year }),
      url: `${PUBLIC_SITE}/title/${id}/`,
      ...(kind === undefined ? {} : { kind }),
      ...(thumbnail === undefined ? {} : { thumbnail }),
    });
  }
  return [...hits.values()].slice(0, MOST);
}
