import type { SearchHit } from "../plugin/source.ts";

/** Most hits that are shown. */
const MOST = 10;

function isHit(value: unknown): value is SearchHit {
  if (typeof value !== "object" || value === null) return false;
  const { id, title, url, year, kind, thumbnail } = value as Partial<Record<keyof SearchHit, unknown>>;
  return (
    typeof id === "string" &&
    id !== "" &&
    typeof title === "string" &&
    title.trim() !== "" &&
    typeof url === "string" &&
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
function cleanHit(value: unknown): SearchHit | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { id, title, url, year, kind, thumbnail } = value as Partial<Record<keyof SearchHit, unknown>>;
  const hit = {
    id,
    title,
    url,
    ...(Number.isInteger(year) ? { year } : {}),
    ...(typeof kind === "string" ? { kind } : {}),
    ...(typeof thumbnail === "string" ? { thumbnail } : {}),
  };
  return isHit(hit) ? hit : undefined;
}

/** The first ten hits of a source's answer that can be shown and pressed; the same title only once. */
export function cleanHits(value: unknown): readonly SearchHit[] {
  if (!Array.isArray(value)) throw new TypeError("search() must give a list of hits");
  const hits = new Map<string, SearchHit>();
  for (const each of value) {
    const hit = cleanHit(each);
    if (hit && !hits.has(hit.id)) hits.set(hit.id, hit);
    if (hits.size === MOST) break;
  }
  return [...hits.values()];
}
