import { at, bag, items, word, words } from "./json.ts";
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

/** Reads everybody with a job from the places where pages of all ages and GraphQL answers name them. */
export function credits(page: { readonly main: unknown; readonly top: unknown }): (job: Job) => CastMember[] {
  const lists = new Map<string, CastMember[]>();
  const add = (label: unknown, people: readonly CastMember[]) => {
    const job = jobOf(label);
    if (job !== undefined && people.length > 0 && !lists.has(job)) lists.set(job, [...people]);
  };
  // Whole lists come first, the few names at the top of the page last.
  for (const category of items(at(page.main, "categories"))) {
    add(at(category, "name"), items(at(category, "section.items")).flatMap(rowMember));
  }
  for (const group of items(at(page.main, "creditGroupings"))) {
    add(at(group, "grouping.text"), people(at(group, "credits")));
  }
  for (const part of [page.main, page.top]) {
    for (const name of ["directors", "creators", "writers", "cast", "producers", "composers"]) {
      add(name, grouped(at(part, name)));
    }
    for (const name of ["cinematographers", "editors", "productionDesigners", "costumeDesigners"]) {
      add(name, grouped(at(part, name)));
    }
    for (const name of ["principalCreditsV2", "principalCredits", "crewV2", "castV2"]) {
      for (const group of items(at(part, name))) {
        const label = at(group, "grouping.text") ?? at(group, "category.text") ?? at(group, "category.id");
        add(label ?? (name === "castV2" ? "cast" : undefined), people(at(group, "credits")));
      }
    }
    add("directors", grouped(at(part, "directorsPageTitle")));
    add("creators", grouped(at(part, "creatorsPageTitle")));
    add("cast", grouped(at(part, "castPageTitle")));
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
  return job === "star" ? "cast" : job === "cinematography" ? "cinematographer" : job;
}

/** A list of people, or a list of groups that each hold one. */
function grouped(value: unknown): CastMember[] {
  return unique(items(value).flatMap((item) => (bag(item)?.credits === undefined ? member(item) : people(item))));
}

function people(value: unknown): CastMember[] {
  return unique(items(at(value, "credits") ?? value).flatMap(member));
}

function member(item: unknown): CastMember[] {
  const name = word(at(item, "name.nameText.text"));
  const roles = items(at(item, "creditedRoles")).flatMap((role) => words(at(role, "characters"), "name"));
  return named(name, [...words(at(item, "characters"), "name"), ...roles]);
}

/** A row of the newer pages' lists. */
function rowMember(item: unknown): CastMember[] {
  const characters = items(at(item, "characters")).flatMap((each) => word(each) ?? []);
  return named(word(at(item, "rowTitle")), characters);
}

function named(name: string | undefined, characters: readonly string[]): CastMember[] {
  if (name === undefined) return [];
  return [characters.length === 0 ? { name } : { name, character: [...new Set(characters)].join(" / ") }];
}

function unique(members: readonly CastMember[]): CastMember[] {
  return [...new Map([...members].reverse().map((each) => [each.name, each])).values()].reverse();
}
