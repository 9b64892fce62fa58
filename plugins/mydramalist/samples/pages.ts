import type { SampleTitle } from "./catalogue.ts";

/** What a sample page is made with. */
export interface PageRequest {
  poster(title: string): string;
  /** Title of another slug, for related content. */
  titleOf(slug: string): string;
}

/** A search page with one card for each title, as the site builds it. */
export function searchPage(query: string, titles: readonly SampleTitle[], { poster }: PageRequest): string {
  const cards = titles.map(
    (each) => `<div id="mdl-${each.slug.split("-")[0]}" class="box"><div class="box-body"><div class="row">
<div class="col-xs-3 row-cell film-cover cover"><div class="item"><a class="block" href="/${each.slug}">
<img class="img-responsive cover lazy" data-src="${text(poster(each.title))}" alt="${text(each.title)}"/></a></div></div>
<div class="col-xs-9 row-cell content"><div class="ranking pull-right"><span>#${each.ranked}</span></div>
<h6 class="text-primary title"><a href="/${each.slug}">${text(each.title)}</a></h6>
<span class="text-muted">${each.adjective} ${each.type} - ${each.year}${each.episodes ? `, ${each.episodes} episodes` : ""}</span>
<p><span class="p-l-xs score">${each.rating.toFixed(1)}</span></p><p>${text(each.synopsis)}</p>
</div></div></div></div>`,
  );
  return `<!DOCTYPE html><html lang="en-US"><head><title>Search results for ${text(query)} - MyDramaList</title></head>
<body><p class="m-b-sm">${titles.length} results found for: <strong>${text(query)}</strong></p>
<div class="m-t nav-active-border b-primary">${cards.join("\n")}</div></body></html>`;
}

/** A title's page as the site builds it. */
export function titlePage(title: SampleTitle, request: PageRequest): string {
  const rows = [
    row("Native Title", link(title, title.native)),
    row(
      "Also Known As",
      `<span class="mdl-aka-titles">${title.others.map((each) => link(title, each)).join(" , ")}</span>`,
    ),
    row("Director", search(title.director)),
    row("Screenwriter", search(title.screenwriter)),
    row("Genres", title.genres.map(search).join(", ")),
    row("Tags", `${title.tags.map(search).join(", ")} <a class="edit-tags" href="#">(Vote tags)</a>`),
  ];
  const facts = [
    row("Country", `${text(title.country)} <i class="flag"></i>`),
    row("Type", title.type),
    ...(title.type === "Movie"
      ? [row("Release Date", title.dates)]
      : [
          row("Episodes", String(title.episodes)),
          row("Aired", title.dates),
          row("Aired On", text(title.days ?? "")),
          row("Original Network", search(title.network ?? "")),
        ]),
    row("Duration", title.duration),
    row("Score", `${title.rating} <span class="hft">(scored by ${count(title.votes)} users)</span>`),
    row("Ranked", `#${title.ranked}`),
    row("Popularity", `#${title.popularity}`),
    row("Content Rating", text(title.contentRating)),
    row("Watchers", count(title.watchers)),
    row("Favorites", "0"),
  ];
  return `<!DOCTYPE html><html lang="en-US"><head><title>${text(title.title)} - MyDramaList</title>
<script type="application/ld+json">${linkedData(title, request)}</script></head>
<body><h1 class="film-title">${text(title.title)}</h1>
<div class="film-subtitle"><span>${text(title.native)} ‧ ${title.type} ‧ ${title.year}</span></div>
<div class="film-cover cover"><a href="/${title.slug}"></a><img src="${text(request.poster(title.title))}"/></div>
<div class="col-film-rating"><div class="box">${title.rating.toFixed(1)}</div></div>
<div class="show-synopsis"><p><span>${text(title.synopsis)}</span> <a href="/edit/titles/details">Edit Translation</a></p></div>
<div class="show-detailsxss"><ul class="list">${related(title, request)}${rows.join("\n")}</ul>
<ul class="list">${facts.join("\n")}</ul></div>
<ul class="list no-border p-b credits">${title.cast.map(person).join("\n")}</ul></body></html>`;
}

function linkedData(title: SampleTitle, { poster }: PageRequest): string {
  return JSON.stringify({
    "@context": "http://schema.org",
    "@type": title.type === "Movie" ? "Movie" : "TVSeries",
    url: `/${title.slug}`,
    name: title.title,
    image: poster(title.title),
    description: title.synopsis,
    countryOfOrigin: { "@type": "Country", name: title.country },
    alternateName: title.others[0],
    ...(title.network === undefined ? {} : { publisher: { "@type": "Organization", name: title.network } }),
    genre: title.genres,
    datePublished: title.published,
    keywords: title.tags.map((tag) => tag.toLowerCase()),
    aggregateRating: { "@type": "AggregateRating", ratingCount: title.votes, ratingValue: title.rating },
    actor: title.cast.map(([name], index) => ({ "@type": "Person", name, url: personPath(name, index) })),
  }).replaceAll("<", "\\u003c");
}

function person([name, character]: readonly [string, string], index: number): string {
  const path = personPath(name, index);
  return `<li class="list-item"><a href="${path}"></a><div><a href="${path}" class="text-primary"><b>${text(name)}</b></a>
<div class="text-ellipsis"><small><a class="text-primary" href="/character/x">${text(character)}</a></small></div>
<small class="text-muted">Main Role</small></div></li>`;
}

function personPath(name: string, index: number): string {
  return `/people/${index + 1}-${name.toLowerCase().replaceAll(" ", "-")}`;
}

function related(title: SampleTitle, { titleOf }: PageRequest): string {
  const items = (title.related ?? []).map(
    ([slug, note]) => `<div class="title"><a href="/${slug}">${text(titleOf(slug))}</a> (${text(note)})</div>`,
  );
  return items.length === 0
    ? ""
    : `<li class="list-item related-content"><b class="inline">Related Content</b>${items.join("")}</li>`;
}

function row(label: string, value: string): string {
  return `<li class="list-item p-a-0"><b class="inline">${label}:</b> ${value}</li>`;
}

function link(title: SampleTitle, name: string): string {
  return `<a href="/${title.slug}" title="${text(name)}">${text(name)}</a>`;
}

function search(name: string): string {
  return `<a class="text-primary" href="/search?q=${encodeURIComponent(name)}">${text(name)}</a>`;
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}

function text(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
