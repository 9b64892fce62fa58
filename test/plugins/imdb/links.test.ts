import assert from "node:assert/strict";
import { test } from "node:test";
import { matchId, matchLegacyCallback, matchUrl } from "../../../plugins/imdb/links.ts";

const title = (id: string) => ({ kind: "title", id });

test("links to a title are recognised in all their forms", () => {
  for (const link of [
    "https://www.imdb.com/title/tt0133093/",
    "https://www.imdb.com/title/tt0133093",
    "http://imdb.com/title/tt0133093",
    "https://m.imdb.com/title/tt0133093/?ref_=fn_al_tt_1",
    "https://WWW.IMDb.com./title/TT0133093/",
    "https://www.imdb.com//title/tt0133093/reference",
    "https://www.imdb.com/title/tt0133093/fullcredits#cast",
    "https://www.imdb.com/title/tt0133093/episodes/?season=1",
    "https://www.imdb.com/it/title/tt0133093/",
    "https://www.imdb.com/es-es/title/tt0133093/reference/",
    "https://www.imdb.com/pt/Title/tt0133093",
  ]) {
    assert.deepEqual(matchUrl(new URL(link)), title("tt0133093"), link);
  }
});

test("ids of seven, eight and more figures are known", () => {
  for (const id of ["tt0133093", "tt10919420", "tt123456789"]) {
    assert.deepEqual(matchUrl(new URL(`https://www.imdb.com/title/${id}/`)), title(id));
    assert.equal(matchId(id), id);
  }
});

test("people, charts, lists and the like are of this site but no titles", () => {
  for (const path of [
    "",
    "/name/nm0000206/",
    "/name/tt0133093/",
    "/title/",
    "/title/nm0000206/",
    "/title/tt123456/",
    "/title/tt12345678901/",
    "/title/tt0133093x/",
    "/title/tt0133093%00",
    "/title/%E0%A4%A",
    "/chart/top/",
    "/list/ls000000001/",
    "/video/vi1032782617/",
    "/find/?q=tt0133093",
    "/es/name/nm0000206/",
    "/es/es/title/tt0133093/",
    "/tt0133093",
  ]) {
    assert.deepEqual(matchUrl(new URL(`https://www.imdb.com${path}`)), { kind: "other" }, path);
  }
});

test("links of other sites and protocols are left to others", () => {
  for (const link of [
    "https://mydramalist.com/34064-sweet-home",
    "https://notimdb.com/title/tt0133093/",
    "https://imdb.com.evil.test/title/tt0133093/",
    "https://evil.test/imdb.com/title/tt0133093/",
    "https://imdb.com@evil.test/title/tt0133093/",
    "ftp://www.imdb.com/title/tt0133093/",
    "imdb:///title/tt0133093/",
  ]) {
    assert.equal(matchUrl(new URL(link)), undefined, link);
  }
});

test("an id alone is an id, and a title that looks like a number is none", () => {
  assert.equal(matchId(" TT0133093\n"), "tt0133093");
  for (const text of ["0133093", "1917", "tt123", "tt0133093 matrix", "nm0000206", "tt０１３３０９３", "", "🙂"]) {
    assert.equal(matchId(text), undefined, text);
  }
});

test("old keyboards' callback data gives its id, and other data nothing", () => {
  assert.equal(matchLegacyCallback("imdbdetails_0133093"), "tt0133093");
  assert.equal(matchLegacyCallback("imdbdetails_133093"), "tt0133093");
  assert.equal(matchLegacyCallback("imdbdetails_10919420"), "tt10919420");
  for (const data of [
    "details_34064-sweet-home",
    "close_search",
    "imdbdetails_",
    "imdbdetails_tt0133093",
    "imdbdetails_-1",
    "imdbdetails_01330930133093",
    "imdbdetails_0133093\n",
    "IMDBDETAILS_0133093",
    "",
  ]) {
    assert.equal(matchLegacyCallback(data), undefined, JSON.stringify(data));
  }
});
