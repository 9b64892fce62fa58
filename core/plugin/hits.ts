import { BotError } from "../domain/errors.ts";
import { shownValue } from "./shown-value.ts";
import type { SearchHit } from "./source.ts";
import { wrongForm } from "./wanted.ts";

/** Most hits that are shown. */
const MOST = 10;

type Hit = Partial<Record<keyof SearchHit, unknown>>;

/** What keeps a hit from being shown and pressed, said of the first of such hits; `undefined` when nothing does. */
function hitProblem(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return `the first must be an object, but is ${shownValue(value)}`;
  const { id, title, url }: Hit = value;
  if (typeof id !== "string" || id === "")
    return `"id" of the first must be a text that is not empty, but is ${shownValue(id)}`;
  if (typeof title !== "string" || title.trim() === "")
    return `"title" of the first must be a text that is not empty, but is ${shownValue(title)}`;
  return typeof url === "string" ? undefined : `"url" of the first must be a text, but is ${shownValue(url)}`;
}

function isHit(value: unknown): value is SearchHit {
  if (hitProblem(value) !== undefined) return false;
  const { year, kind, thumbnail } = value as Hit; // an object, as was just checked
  return (
    (year === undefined || Number.isInteger(year)) &&
    (kind === undefined || typeof kind === "string") &&
    (thumbnail === undefined || typeof thumbnail === "string")
  );
}

/** Whether a stored value is a list of hits. */
export function isHits(value: unknown): value is readonly SearchHit[] {
  return Array.isArray(value) && value.every(isHit);
}

/** A hit with its own fields and no others; what is odd in those that may be missing is left out. */
function cleanHit({ id, title, url, year, kind, thumbnail }: SearchHit): SearchHit {
  return {
    id,
    title,
    url,
    ...(Number.isInteger(year) ? { year: year as number } : {}), // a number, as `isInteger` says
    ...(typeof kind === "string" ? { kind } : {}),
    ...(typeof thumbnail === "string" ? { thumbnail } : {}),
  };
}

/** What a source's answer to a search holds. */
export interface ReadHits {
  /** The first ten that can be shown and pressed; the same title only once. */
  readonly hits: readonly SearchHit[];
  /** What is wrong with those that were left out on the way; `undefined` when none was. */
  readonly problem: string | undefined;
}

/**
 * Reads a source's answer to a search.
 *
 * @param what what gave it, such as `search() of source "tv"`.
 * @throws BotError `plugin.failed` when it is no list, or one of whose hits none can be shown.
 */
export function readHits(value: unknown, what: string): ReadHits {
  if (!Array.isArray(value)) throw wrongForm(value, { what, wanted: "a list of hits" });
  const hits = new Map<string, SearchHit>();
  let wrong = 0;
  let first: string | undefined;
  for (const each of value) {
    const problem = hitProblem(each);
    if (problem !== undefined) {
      first ??= problem;
      wrong++;
    } else if (!hits.has(each.id)) hits.set(each.id, cleanHit(each));
    if (hits.size === MOST) break;
  }
  if (hits.size === 0 && wrong > 0)
    throw new BotError("plugin.failed", `${what} gave ${counted(wrong)} of a wrong form and no other: ${first}.`);
  const problem = wrong === 0 ? undefined : `${counted(wrong)} of a wrong form, left out here: ${first}`;
  return { hits: [...hits.values()], problem };
}

const counted = (hits: number) => (hits === 1 ? "one hit" : `${hits} hits`);
