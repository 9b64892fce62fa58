import type { DramaRecord } from "./record.ts";

/** Other titles longer than this, in UTF-16 units, would push the synopsis out of the card. */
const OTHER_TITLES = 100;

/**
 * The card used without a template of one's own: bold title, labelled lines (each left out when it has no
 * value), synopsis, link. A film shows its release date where a series shows episodes, dates and network.
 */
export function defaultTemplate(record: DramaRecord): string {
  const others = record.alsoKnownAs.join(", ").length;
  const lines = [
    "<b>{complete_title}</b>",
    line("Native title", "native_title"),
    ...(others > 0 && others <= OTHER_TITLES ? [line("Also known as", "also_known_as")] : []),
    line("Rating", "score"),
    line("Genres", "genres"),
    line("Country", "country"),
    line("Type", "type"),
    ...(record.film
      ? [line("Release date", "release_date")]
      : [
          line("Episodes", "episodes"),
          line("Aired", "aired"),
          line("Aired on", "aired_on"),
          line("Network", "original_network"),
        ]),
    line("Duration", "duration"),
    line("Content rating", "content_rating"),
    line("Cast", "cast"),
  ];
  const synopsis = record.synopsis === undefined ? [] : ["", "{synopsis}"];
  return [...lines, ...synopsis, "", '<a href="{link}">More on MyDramaList</a>'].join("\n");
}

function line(label: string, field: string): string {
  return `<b>${label}:</b> {${field}}`;
}
