import type { SearchHit } from "../plugin/source.ts";

/** Most hits that are shown. */
const MOST = 10;

function isHit(value: unknown): value is SearchHit {
  if (typeof value !== "object" || value === null) return false;
  const { id, title, url, year } = value as Partial<Record<keyof SearchHit, unknown>>;
  return (
    typeof id === "string" &&
    id !== "" &&
    typeof title === "string" &&
    title.trim() !== "" &&
    typeof url === "string" &&
    (year === undefined || Number.isInteger(year))
  );
}

/** Whether a stored value is a list of hits. */
export function isHits(value: unknown): value is readonly SearchHit[] {
  return Array.isArray(value) && value.every(isHit);
}

/** The first ten hits of a source's answer that can be shown and pressed; the same title only once. */
export function cleanHits(value: unknown): readonly SearchHit[] {
  if (!Array.isArray(value)) throw new TypeError("search() must give a list of hits");
  const seen = new Set<string>();
  const hits = value.filter(isHit).filter(({ id }) => !seen.has(id) && seen.add(id));
  return hits.slice(0, MOST);
}
