import type { Element } from "domhandler";
import type { CastMember } from "../record.ts";
import { all, attribute, first, pictureOf, textOf } from "./dom.ts";

/** Reads one person of a list of credits, on a title's page and on its cast page alike. */
export function readPerson(item: Element): CastMember | undefined {
  const name = textOf(first("b", item)) || textOf(first('a.text-primary[href*="/people/"]', item));
  if (!name) return undefined;
  const slug = personSlug(attribute(first('a[href*="/people/"]', item), "href"));
  const role = textOf(first("small.text-muted", item));
  const character = textOf(all("small", item).find((small) => attribute(small, "class") !== "text-muted"));
  const image = pictureOf(first("img", item));
  return {
    name,
    ...(slug === undefined ? {} : { slug }),
    ...(character ? { character } : {}),
    ...(role ? { role } : {}),
    ...(image === undefined ? {} : { image }),
  };
}

/** `people/14472-song-kang` from a link to a person. */
export function personSlug(href: string | undefined): string | undefined {
  return href?.match(/people\/\d+[^/?#]*/)?.[0];
}
