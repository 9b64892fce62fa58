import assert from "node:assert/strict";
import { test } from "node:test";
import { jsonProvider } from "../../../plugins/mydramalist/json.ts";
import { normaliseHits, normaliseTitle } from "../../../plugins/mydramalist/normalise.ts";
import { readSearchPage } from "../../../plugins/mydramalist/page/search.ts";
import { readTitlePage } from "../../../plugins/mydramalist/page/title.ts";
import { isDramaRecord } from "../../../plugins/mydramalist/record.ts";
import { needsCaptures } from "../stage.ts";
import { popularHits, sweetHomeHits } from "./expected-hits.ts";
import { sweetHomeJson, sweetHomePage, theGloryPage } from "./expected-titles.ts";
import { captured, stage } from "./stage.ts";

function title(page: string) {
  const raw = readTitlePage(captured(page));
  assert.ok(typeof raw === "object", `the page is ${raw}`);
  return normaliseTitle(raw);
}

function hits(page: string) {
  const raw = readSearchPage(captured(page));
  assert.ok(typeof raw === "object", `the page is ${raw}`);
  return normaliseHits(raw);
}

test("every field of the title page of 2023 is read", needsCaptures, () => {
  assert.deepEqual(title("title_34064-sweet-home_2023.html"), sweetHomePage);
});

test("every field of the title page of 2026 is read, without JSON-LD", needsCaptures, () => {
  assert.deepEqual(title("title_685237-the-glory_2026_fragment.html"), theGloryPage);
});

test("the search page gives its ten titles and no people", needsCaptures, () => {
  assert.deepEqual(hits("search_sweet-home_2023.html"), sweetHomeHits);
});

test("the listing of popular dramas gives its twenty cards", needsCaptures, () => {
  assert.deepEqual(hits("popular_page1_2025.html"), popularHits);
});

test("the JSON service's captured answers give the same hits and record", needsCaptures, async () => {
  const { source, call } = await stage((path) =>
    captured(path.startsWith("/id/") ? "kuryana_id_34064-sweet-home.json" : "kuryana_search_sweet-home.json"),
  );
  assert.deepEqual(await source.search("sweet home", call), sweetHomeHits);
  assert.deepEqual(await source.details("34064-sweet-home", call), sweetHomeJson);
});

test("records stay the same through JSON and are recognised", needsCaptures, () => {
  const record = title("title_34064-sweet-home_2023.html");
  const again: unknown = JSON.parse(JSON.stringify(record));
  assert.deepEqual(again, record);
  assert.ok(isDramaRecord(again));
  assert.ok(!isDramaRecord({ ...record, genres: "Drama" }));
  for (const rubbish of [null, undefined, 1, "x", [], {}]) assert.ok(!isDramaRecord(rubbish));
});

test("a page cut anywhere never makes the parser throw", needsCaptures, () => {
  const page = captured("title_34064-sweet-home_2023.html");
  for (let length = 0; length < page.length; length += 9_973) {
    const raw = readTitlePage(page.slice(0, length));
    if (typeof raw === "object") assert.equal(normaliseTitle(raw).title, "Sweet Home");
  }
});

test("the JSON service is asked for exactly what was typed", async () => {
  const urls: string[] = [];
  const http = {
    async get(url: string | URL) {
      urls.push(String(url));
      return {
        status: 200,
        headers: {},
        url: "",
        bytes: new Uint8Array(),
        text: () => "",
        json: () => ({ error: true, code: 404 }),
      };
    },
    post: () => Promise.reject(new Error("not used")),
  };
  const provider = jsonProvider({ http, apiUrl: "https://a.test/s/{}?x=1", detailsUrl: "https://a.test/i/{}" });
  await provider.search("a/b?c=$& 도깨비", { signal: new AbortController().signal });
  assert.deepEqual(urls, ["https://a.test/s/a%2Fb%3Fc%3D%24%26%20%EB%8F%84%EA%B9%A8%EB%B9%84?x=1"]);
});
