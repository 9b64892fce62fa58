/** An object of unknown shape. */
export type Bag = Readonly<Record<string, unknown>>;

/** An object that is no array, or `undefined`. */
export function bag(value: unknown): Bag | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Bag) // an object that is no array has string keys and unknown values
    : undefined;
}

/** What stands at a path such as `plot.plotText.plainText`; `undefined` where the path ends early. */
export function at(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((here, key) => bag(here)?.[key], value);
}

/** A text that is not blank, trimmed, its white space collapsed. */
export function word(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const text = value.replace(/[\s\u200b\u2060\ufeff]+/g, " ").trim();
  return text === "" ? undefined : text;
}

/** A finite number, also one that is written as text. */
export function number(value: unknown): number | undefined {
  const read = typeof value === "string" && /^\d+(?:\.\d+)?$/.test(value.trim()) ? Number(value) : value;
  return typeof read === "number" && Number.isFinite(read) ? read : undefined;
}

/** A whole number above 0. */
export function count(value: unknown): number | undefined {
  const read = number(value);
  return read !== undefined && Number.isInteger(read) && read > 0 ? read : undefined;
}

/** The items of an array, of `{edges:[{node}]}`, of `{items:[]}`; anything else has none. */
export function items(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  const edges = at(value, "edges");
  if (Array.isArray(edges)) return edges.map((edge: unknown) => at(edge, "node"));
  const inner = at(value, "items");
  return Array.isArray(inner) ? inner : [];
}

/** The texts at `path` of each item, without doubles. */
export function words(value: unknown, path: string): string[] {
  return [...new Set(items(value).flatMap((item) => word(at(item, path)) ?? []))];
}
