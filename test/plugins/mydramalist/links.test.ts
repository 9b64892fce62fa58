import assert from "node:assert/strict";
import { test } from "node:test";
import { matchId, matchLegacyCallback, matchUrl } from "../../../plugins/mydramalist/links.ts";

const title = (id: string) => ({ kind: "title", id });

test("links to a title are recognised in all their forms", () => {
  for (const link of [
    "https://mydramalist.com/34064-sweet-home",
    "http://mydramalist.com/34064-sweet-home",
    "https://www.mydramalist.com/34064-sweet-home/",
    "https://m.mydramalist.com/34064-sweet-home",
    "https://fr.mydramalist.com/34064-sweet-home",
    "https://MyDramaList.com./34064-Sweet-Home",
    "https://mydramalist.com//34064-sweet-home/cast",
    "https://mydramalist.com/34064-sweet-home/episodes",
    "https://mydramalist.com/34064-sweet-home/episode/3",
    "https://mydramalist.com/34064-sweet-home/reviews?page=2",
    "https://mydramalist.com/34064-sweet-home?utm_source=x&y=1#cast",
  ]) {
    assert.deepEqual(matchUrl(new URL(link)), title("34064-sweet-home"), link);
  }
  assert.deepEqual(matchUrl(new URL("https://mydramalist.com/34064")), title("34064"));
  assert.deepEqual(matchUrl(new URL("https://mydramalist.com/34064-")), title("34064"));
  assert.deepEqual(matchUrl(new URL("https://mydramalist.com/34064/cast")), title("34064"));
});

test("people, lists, articles and the like are of this site but no titles", () => {
  for (const path of [
    "",
    "/people/14472-song-kang",
    "/list/1nG8Rz41",
    "/article/10-best-dramas",
    "/discussions/34064-sweet-home",
    "/photos/xy8oq_4",
    "/search?q=34064",
    "/shows/popular",
    "/redirect?q=https://mydramalist.com/34064-sweet-home",
    "/34064_sweet",
    "/34064-sweet%00home",
    "/%E0%A4%A",
    "/12345678901-x",
  ]) {
    assert.deepEqual(matchUrl(new URL(`https://mydramalist.com${path}`)), { kind: "other" }, path);
  }
});

test("links of other sites and protocols are left to others", () => {
  for (const link of [
    "https://www.imdb.com/title/tt0133093/",
    "https://notmydramalist.com/34064-sweet-home",
    "https://mydramalist.com.evil.test/34064-sweet-home",
    "https://evil.test/mydramalist.com/34064-sweet-home",
    "https://mydramalist.com@evil.test/34064-sweet-home",
    "ftp://mydramalist.com/34064-sweet-home",
    "tg://resolve?domain=mydramalist.com",
  ]) {
    assert.equal(matchUrl(new URL(link)), undefined, link);
  }
});

test("a slug is an id, a title that is a number is none", () => {
  assert.equal(matchId("34064-sweet-home"), "34064-sweet-home");
  assert.equal(matchId(" 16589-W "), "16589-w");
  assert.equal(matchId("mdl-34064"), "34064");
  for (const text of [
    "1987",
    "2046",
    "sweet home",
    "34064-",
    "12-12",
    "tt0133093",
    "34064-sweet home",
    "",
    "-",
    "🙂",
  ]) {
    assert.equal(matchId(text), undefined, text);
  }
});

test("old keyboards' callback data gives its slug, and other data nothing", () => {
  assert.equal(matchLegacyCallback("details_34064-sweet-home"), "34064-sweet-home");
  assert.equal(matchLegacyCallback("details_34064"), "34064");
  for (const data of [
    "imdbdetails_0133093",
    "close_search",
    "details_",
    "details_../../x",
    "details_people",
    "DETAILS_1-x",
    "",
  ]) {
    assert.equal(matchLegacyCallback(data), undefined, data);
  }
});
