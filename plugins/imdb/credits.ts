import { at, items, word, words } from "./json.ts";
import type { CastMember } from "./record.ts";

/** A job, by the words that IMDb puts over its list (one person or more). */
export type Job =
  | "cast"
  | "creator"
  | "director"
  | "writer"
  | "producer"
  | "composer"
  | "cinematographer"
  | "editor"
  | "production_designer"
  | "costume_designer";

/** Keys of whole lists: of the pages of 2022–23, and the aliases of the GraphQL query. */
const LISTS = [
  "directors",
  "creators",
  "writers",
  "cast",
  "producers",
  "composers",
  "cinematographers",
  "editors",
  "productionDesigners",
  "costumeDesigners",
];

/** Keys of groups that each say their job and hold the few most important names. */
const GROUPS = ["principalCreditsV2", "principalCredits", "crewV2"];

/** Keys of the names in a page's heading, with their job. */
const HEADINGS: readonly (readonly [key: string, job: Job])[] = [
  ["castV2", "cast"],
  ["castPageTitle", "cast"],
  ["creatorsPageTitle", "creator"],
  ["directorsPageTitle", "director"],
];

/** Reads everybody with a job from the places where pages of all ages and GraphQL answers name them. */
export function credits({ main, top }: { readonly main: unknown; readonly top: unknown }): (job: Job) => CastMember[] {
  const lists = new Map<string, CastMember[]>();
  // The first list of a job stands: whole lists come first, the few names at the top of the page last.
  const add = (label: unknown, people: readonly CastMember[]) => {
    const job = jobOf(label);
    if (job !== undefined && people.length > 0 && !lists.has(job)) lists.set(job, onceEach(people));
  };
  for (const category of items(at(main, "categories"))) {
    add(at(category, "name"), items(at(category, "section.items")).flatMap(rowMember));
  }
  for (const group of items(at(main, "creditGroupings"))) {
    add(at(group, "grouping.text"), people(at(group, "credits")));
  }
  for (const part of [main, top]) {
    for (const key of LISTS) add(key, people(at(part, key)));
    for (const group of GROUPS.flatMap((key) => items(at(part, key)))) {
      const label = at(group, "grouping.text") ?? at(group, "category.id") ?? at(group, "category.text");
      add(label, people(at(group, "credits")));
    }
    for (const [key, job] of HEADINGS) add(job, people(at(part, key)));
  }
  return (job) => lists.get(job) ?? [];
}

/** `Production Designer`, `productionDesigners` and `production_designer` are one job; stars are of the cast. */
function jobOf(label: unknown): string | undefined {
  const job = word(label)
    ?.replace(/(?<=[a-z])(?=[A-Z])/g, "_")
    .toLowerCase()
    .replace(/[\s_-]+/g, "_")
    .replace(/s$/, "");
  return job === "star" ? "cast" : job;
}

/** A list of people, or of groups that each hold one. */
function people(value: unknown): CastMember[] {
  return items(value)
    .flatMap((item) => [...items(at(item, "credits")), item])
    .flatMap(member);
}

function member(item: unknown): CastMember[] {
  const roles = items(at(item, "creditedRoles")).flatMap((role) => words(at(role, "characters"), "name"));
  return named(at(item, "name.nameText.text"), [...words(at(item, "characters"), "name"), ...roles]);
}

/** A row of the newer pages' lists. */
function rowMember(item: unknown): CastMember[] {
  const characters = items(at(item, "characters")).flatMap((each) => word(each) ?? []);
  return named(at(item, "rowTitle"), characters);
}

function named(value: unknown, characters: readonly string[]): CastMember[] {
  const name = word(value);
  if (name === undefined) return [];
  return [characters.length === 0 ? { name } : { name, character: [...new Set(characters)].join(" / ") }];
}

/** One entry a name, at its first place: people who did two things of one kind are listed twice. */
function onceEach(members: readonly CastMember[]): CastMember[] {
  const seen = new Set<string>();
  return members.filter(({ name }) => !seen.has(name) && seen.add(name));
}
