import assert from "node:assert/strict";
import { test } from "node:test";
import { cutAtWord } from "../../../core/plugin/index.ts";
import { fields } from "../../../plugins/mydramalist/fields.ts";
import { normaliseHits, normaliseTitle, type RawTitle } from "../../../plugins/mydramalist/normalise.ts";
import { readCastPage } from "../../../plugins/mydramalist/page/cast.ts";
import { readSearchPage } from "../../../plugins/mydramalist/page/search.ts";
import { readTitlePage } from "../../../plugins/mydramalist/page/title.ts";
import { defaultTemplate } from "../../../plugins/mydramalist/template.ts";
import { collapse, fullSize } from "../../../plugins/mydramalist/text.ts";
import { sweetHomePage, theGloryPage } from "./expected-titles.ts";

const bare: RawTitle = { slug: "1-x", title: "X", labels: {}, lists: {}, cast: [], related: [], watch: [] };

function page(rows: string, rest = "") {
  const html = `<h1 class="film-title"><a href="/1-x">X</a></h1>${rest}<div class="show-detailsxss"><ul>${rows}</ul></div>`;
  const raw = readTitlePage(html);
  assert.ok(typeof raw === "object");
  return normaliseTitle(raw);
}

function row(label: string, value: string): string {
  return `<li class="list-item"><b class="inline">${label}</b> ${value}</li>`;
}

function value(name: string, record = sweetHomePage): string | undefined {
  return fields.find((field) => field.name === name)?.value(record);
}

test("label and value are told apart in one row, whatever white space is between", () => {
  const record = page(
    row("Country:\n ", "\n\t South\u00a0 Korea \u200b<i class='flag'></i>") + row("Original\n Network:", "tvN"),
  );
  assert.equal(record.country, "South Korea");
  assert.equal(record.network, "tvN");
});

test("a row is found by its label, wherever it stands, and a label inside a value is no label", () => {
  const record = page(row("Duration:", "Type: 50 min.") + row("Type:", "Drama"));
  assert.equal(record.duration, "Type: 50 min.");
  assert.equal(record.type, "Drama");
});

test("tags lose both endings of the vote link", () => {
  for (const ending of ["(Vote tags)", "(Vote or add tags)"]) {
    assert.deepEqual(page(row("Tags:", `<a>Gore</a>, <a>Time Skip</a> <a class="edit-tags">${ending}</a>`)).tags, [
      "Gore",
      "Time Skip",
    ]);
    assert.deepEqual(normaliseTitle({ ...bare, lists: { tags: ["Gore", `Time Skip ${ending}`] } }).tags, [
      "Gore",
      "Time Skip",
    ]);
  }
});

test("a series' dates stand under Aired, Airs or Air Date, a film's under Release Date", () => {
  for (const label of ["Aired:", "Airs:", "Air Date:", "Release Date:"]) {
    const series = page(row(label, "Feb 20, 2021 - May  2, 2021") + row("Type:", "Drama"));
    assert.equal(series.aired, "Feb 20, 2021 - May 2, 2021");
    assert.equal(series.releaseDate, undefined);
    const film = page(row(label, "May 30, 2019") + row("Type:", "Movie") + row("Episodes:", "1"));
    assert.equal(film.releaseDate, "May 30, 2019");
    assert.equal(film.aired, undefined);
    assert.equal(film.episodes, undefined);
  }
});

test("dates may have an open end or be a year alone", () => {
  const open = page(row("Airs:", "Mar  1, 2026 - ?"));
  assert.deepEqual([open.aired, open.year], ["Mar 1, 2026 - ?", 2026]);
  const year = page(row("Aired:", "2026"));
  assert.deepEqual([year.aired, year.year], ["2026", 2026]);
});

test("0 episodes means unknown", () => {
  assert.equal(page(row("Episodes:", "0")).episodes, undefined);
  assert.equal(page(row("Episodes:", "1,024")).episodes, 1024);
});

test("a year may be to be announced, or a range", () => {
  assert.equal(normaliseTitle({ ...bare, title: "X (TBA)", year: "TBA" }).year, undefined);
  assert.equal(normaliseTitle({ ...bare, title: "X (TBA)" }).title, "X");
  const range = normaliseTitle({ ...bare, title: "X (2020-2021)" });
  assert.deepEqual([range.title, range.year], ["X", 2020]);
  assert.equal(normaliseTitle({ ...bare, title: "1987: When the Day Comes (2017)" }).year, 2017);
  const hits = normaliseHits([
    { slug: "1-x", title: "X", year: "2019-2021" },
    { slug: "2-y", title: "Y", year: "TBA" },
  ]);
  assert.deepEqual(
    hits.map((hit) => hit.year),
    [2019, undefined],
  );
});

test("a rating may be N/A, empty or 0, and then stands in the score or nowhere", () => {
  for (const rating of ["N/A", "", "0", "0.0", undefined]) {
    assert.equal(normaliseTitle({ ...bare, rating }).rating, undefined);
    const scored = normaliseTitle({ ...bare, rating, labels: { score: "8.9 (scored by 1,107 users)" } });
    assert.deepEqual([scored.rating, scored.votes], [8.9, 1107]);
  }
});

test("a synopsis loses its source and the edit link, and stays one paragraph", () => {
  const cases = [
    "One day.\n\n(Source: Soompi)",
    "One day. (Source: AsianWiki; edited by Jo (VIP) at MyDramaList) Edit Translation",
    "One day. (Source: cut off",
    "  One\n day.\u00a0Edit Translation ",
  ];
  for (const synopsis of cases) assert.equal(normaliseTitle({ ...bare, synopsis }).synopsis, "One day.");
  const html = `<div class="show-synopsis"><p><span>One<br/>day.<br>(Source: X)</span> <a href="/edit/titles/x">Traduire</a></p></div>`;
  assert.equal(page("", html).synopsis, "One day.");
  assert.equal(normaliseTitle({ ...bare, synopsis: "(Source: X)" }).synopsis, undefined);
});

test("other titles without links are parted at the free-standing comma only", () => {
  const html = `<span class="mdl-aka-titles"> Home, Sweet Home , Slow\n Home\n, 집 </span>`;
  assert.deepEqual(page(row("Also Known As:", html)).alsoKnownAs, ["Home, Sweet Home", "Slow Home", "집"]);
});

test("other titles that the JSON service split at a comma read the same in a card", () => {
  const split = normaliseTitle({ ...bare, lists: { also_known_as: ["Home", "Sweet Home", "집"] } });
  const whole = normaliseTitle({ ...bare, lists: { also_known_as: ["Home, Sweet Home", "집"] } });
  const shown = fields.find((field) => field.name === "also_known_as");
  assert.equal(shown?.value(split), shown?.value(whole));
});

test("a poster is asked for in full size, with and without an underscore in its id", () => {
  const host = "https://i.mydramalist.com";
  for (const size of ["t", "s", "m", "c", "f"]) {
    assert.equal(fullSize(`${host}/xy8oq_4${size}.jpg?v=1`), `${host}/xy8oq_4f.jpg`);
    assert.equal(fullSize(`${host}/XrJ0X${size}.jpg`), `${host}/XrJ0Xf.jpg`);
  }
  assert.equal(fullSize("https://elsewhere.test/as.jpg?x=1"), "https://elsewhere.test/as.jpg?x=1");
});

test("JSON-LD goes before the rows, and a broken one is passed over", () => {
  const script = (json: string) => `<script type="application/ld+json">${json}</script>`;
  const told = page(
    row("Country:", "Japan") + row("Type:", "Drama"),
    script(
      '{"@type":"TVSeries","url":"/1-x","name":"Y","countryOfOrigin":{"name":"China"},"description":"A &amp; B &#8230;","genre":["Life"],"aggregateRating":{"ratingValue":"7.5","ratingCount":12}}',
    ),
  );
  assert.deepEqual(
    [told.title, told.country, told.synopsis, told.genres, told.rating, told.votes],
    ["Y", "China", "A & B …", ["Life"], 7.5, 12],
  );
  for (const broken of ['{"@type":"TVSeries","name":"Y"', "[]", "null", "", '{"@type":"WebSite","name":"Y"}']) {
    assert.equal(page(row("Country:", "Japan"), script(broken)).country, "Japan");
  }
  const wrong = page(
    row("Country:", "Japan"),
    script('{"@type":"Movie","name":"Y","countryOfOrigin":[1],"genre":"x","actor":7,"keywords":null}'),
  );
  assert.deepEqual([wrong.title, wrong.country, wrong.film], ["Y", "Japan", true]);
});

test("what is no page of the site is told apart: a challenge, or unreadable", () => {
  const challenge = "<html><head><title>Just a moment...</title></head><body></body></html>";
  for (const read of [readTitlePage, readSearchPage, readCastPage]) {
    assert.equal(read(challenge), "challenge");
    for (const html of ["", "{}", "<", "<html>", "\u0000\u0000", "<title>Maintenance</title>"])
      assert.equal(read(html), "unreadable");
  }
});

test("a search that found nothing is empty, and one with people only as well", () => {
  assert.deepEqual(readSearchPage("<p>0 results found for: <strong>q</strong></p>"), []);
  assert.deepEqual(
    readSearchPage(
      "<title>Search results for q - MyDramaList</title><div class='box'><h6 class='title'><a href='/people/1-x'>X</a></h6></div>",
    ),
    [],
  );
});

test("markup and control characters in a title stay text", () => {
  const nasty = `&lt;b&gt;&amp; "x" 👩‍👩‍👧 ‮עברית`;
  const raw = readSearchPage(`<div id="mdl-1" class="box"><h6 class="title"><a href="/1-x">${nasty}</a></h6></div>`);
  assert.ok(typeof raw === "object");
  assert.equal(normaliseHits(raw)[0]?.title, `<b>& "x" 👩‍👩‍👧 ‮עברית`);
});

test("the cast page gives everybody with a role, and no crew", () => {
  const person = (name: string, character: string) =>
    `<li class="list-item"><a href="/people/7-${name}"><img data-src="p.jpg"></a><a class="text-primary" href="/people/7-${name}"><b>${name}</b></a><small><a href="/character/1">${character}</a></small></li>`;
  const html = `<div class="box cast-credits"><div class="box-body"><h3 class="header">Director</h3><ul class="list">${person("d", "")}</ul>
    <h3 class="header">Main Role</h3><ul class="list">${person("a", "A. A.")}</ul><h3 class="header">Support Role</h3><ul class="list">${person("b", "")}</ul></div></div>`;
  assert.deepEqual(readCastPage(html), [
    { name: "a", slug: "people/7-a", character: "A. A.", role: "Main Role", image: "p.jpg" },
    { name: "b", slug: "people/7-b", role: "Support Role", image: "p.jpg" },
  ]);
});

test("every placeholder of the predecessor is there, in its shape", () => {
  const wanted =
    "title complete_title native_title also_known_as year rating link country type episodes duration aired aired_on original_network content_rating score ranked popularity watchers favorites synopsis genres tags poster release_date";
  for (const name of wanted.split(" "))
    assert.ok(
      fields.some((field) => field.name === name),
      name,
    );
  assert.equal(value("complete_title"), "Sweet Home (2020)");
  assert.equal(value("genres"), "💥 #Action, 👻 #Horror, 🎭 #Drama, 🚀 #Sci_Fi");
  assert.equal(value("rating"), "8.7");
  assert.equal(value("score"), "8.7 (scored by 47,104 users)");
  assert.equal(value("watchers"), "82,513");
  assert.equal(value("favorites"), "0");
  assert.equal(value("link"), "https://mydramalist.com/34064-sweet-home");
  assert.equal(value("release_date"), undefined);
  assert.match(value("cast") ?? "", /^Song Kang \(Cha Hyun Soo\), Lee Jin Wook \(/);
  assert.match(value("synopsis") ?? "", /^Following the death .*…$/);
  assert.ok(Array.from(value("synopsis") ?? "").length <= 300);
});

test("a cut keeps whole words and whole characters", () => {
  assert.equal(cutAtWord("one two three", 9), "one two…");
  assert.equal(cutAtWord("one two", 7), "one two");
  assert.equal(cutAtWord("😀".repeat(20), 5), "😀😀😀😀…");
  assert.equal(collapse(" a\u00a0\u200b\n b "), "a b");
});

test("the default card shows a film's release date where a series has episodes, dates and network", () => {
  const series = defaultTemplate(sweetHomePage);
  assert.match(series, /^<b>\{complete_title\}<\/b>\n/);
  assert.match(
    series,
    /\{episodes\}[\s\S]*\{aired\}[\s\S]*\{original_network\}[\s\S]*\n\n\{synopsis\}\n\n<a href="\{link\}">/,
  );
  assert.doesNotMatch(series, /release_date/);
  const { synopsis: _, ...silent } = sweetHomePage;
  const film = defaultTemplate({ ...silent, film: true });
  assert.match(film, /\{release_date\}/);
  assert.doesNotMatch(film, /\{episodes\}|\{aired\}|\{original_network\}|\{synopsis\}/);
  assert.doesNotMatch(defaultTemplate(theGloryPage), /also_known_as/);
});
