import { labelKey, type RawTitle } from "./normalise.ts";
import { personSlug } from "./page/credits.ts";
import type { CastMember, RelatedTitle } from "./record.ts";
import { slugOf } from "./text.ts";

type Bag = Readonly<Record<string, unknown>>;

/**
 * Reads the service's answer for one title. `details` and `others` may be missing: older instances put
 * their fields at the top level.
 *
 * @param id what was asked for, where the answer does not name a slug.
 * @returns `undefined` when the answer holds no title.
 */
export function titleOfAnswer(answer: unknown, id: string): RawTitle | undefined {
  const outer = bag(answer);
  const data = outer && (bag(outer.data) ?? outer);
  const title = [data?.title, data?.complete_title].find((each) => typeof each === "string" && each.trim() !== "");
  if (!outer || !data || typeof title !== "string") return undefined;
  const details = bag(data.details) ?? data;
  const others = bag(data.others) ?? data;
  const slug = slugOf(word(data.link)) ?? slugOf(word(outer.slug_query)) ?? slugOf(word(data.slug)) ?? id;
  return {
    slug,
    title: word(data.complete_title) ?? title,
    subtitle: word(data.sub_title),
    year: word(data.year),
    rating: word(data.rating),
    poster: word(data.poster),
    synopsis: word(data.synopsis),
    labels: labelsOf([details, data]),
    lists: {
      native_title: list(others.native_title, false),
      also_known_as: list(others.also_known_as, true),
      director: [...list(others.director, true), ...list(others["screenwriter_&_director"], true)],
      screenwriter: [...list(others.screenwriter, true), ...list(others["screenwriter_&_director"], true)],
      genres: list(others.genres, true),
      tags: list(others.tags, true),
    },
    cast: things(data.casts).flatMap(castMember),
    related: things(others.related_content).flatMap(relatedTitle),
    watch: [],
  };
}

function labelsOf(bags: readonly Bag[]): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [key, value] of bags.flatMap((each) => Object.entries(each))) {
    const text = word(value);
    const name = labelKey(key);
    if (text !== undefined && !Object.hasOwn(labels, name)) labels[name] = text;
  }
  return labels;
}

function castMember(item: Bag): CastMember[] {
  const name = word(item.name);
  if (name === undefined) return [];
  const slug = personSlug(word(item.slug) ?? word(item.link));
  const image = word(item.profile_image);
  const role = bag(item.role);
  const character = word(role?.name);
  const kind = word(role?.type);
  return [
    {
      name,
      ...(slug === undefined ? {} : { slug }),
      ...(character === undefined ? {} : { character }),
      ...(kind === undefined ? {} : { role: kind }),
      ...(image === undefined ? {} : { image }),
    },
  ];
}

function relatedTitle(item: Bag): RelatedTitle[] {
  const title = word(item.title);
  const slug = slugOf(word(item.slug)) ?? slugOf(word(item.link));
  if (title === undefined || slug === undefined) return [];
  const note = word(item.description)?.replace(/^\((.*)\)$/, "$1");
  return [{ title, slug, ...(note === undefined ? {} : { note }) }];
}

/** A list, or one text of names parted by commas. */
function list(value: unknown, split: boolean): string[] {
  if (Array.isArray(value)) return value.flatMap((item: unknown) => word(item) ?? []);
  const text = word(value);
  return text === undefined ? [] : split ? text.split(", ") : [text];
}

function things(value: unknown): Bag[] {
  return Array.isArray(value) ? value.map(bag).filter((item) => item !== undefined) : [];
}

function bag(value: unknown): Bag | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Bag) // an object that is no array has string keys and unknown values
    : undefined;
}

function word(value: unknown): string | undefined {
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}
