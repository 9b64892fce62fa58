import type { TitleRecord } from "./record.ts";

/**
 * The card used without a template of one's own: bold title, labelled lines (each left out when it has no
 * value), plot, link. A film shows its release date where a series shows its first day on air and its seasons.
 */
export function defaultTemplate(record: TitleRecord): string {
  const name = record.year === undefined ? "<b>{title}</b>" : "<b>{title} ({year})</b>";
  const rating = record.votes === undefined ? "{rating}" : "{rating} ({votes} votes)";
  const when = record.episode
    ? [line("Series", "series_title"), line("Episode", "episode_info"), line("Aired", "original_air_date")]
    : record.series
      ? [line("First aired", "original_air_date"), line("Seasons", "seasons")]
      : [line("Release date", "release_dates")];
  const lines = [
    name,
    line("Original title", "original_title"),
    ...(record.rating === undefined ? [] : [`<b>Rating:</b> ${rating}`]),
    line("Genres", "genres"),
    line("Type", "kind"),
    ...when,
    line("Runtime", "runtime"),
    line("Country", "countries"),
    line("Language", "languages"),
    line("Age rating", "mpaa"),
    line("Director", "directors"),
    line(record.writers.length > 0 ? "Writer" : "Creator", "writers"),
    line("Cast", "cast"),
    line("Box office", "gross"),
  ];
  const plot = record.plot === undefined ? [] : ["", "{plot}"];
  return [...lines, ...plot, "", '<a href="{imdb_url}">More on IMDb</a>'].join("\n");
}

function line(label: string, field: string): string {
  return `<b>${label}:</b> {${field}}`;
}
