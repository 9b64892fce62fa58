import assert from "node:assert/strict";
import { test } from "node:test";
import { queryKey } from "../../../core/lookup/query-key.ts";

const same: Readonly<Record<string, readonly string[]>> = {
  case: ["Sweet Home", "sweet home", "SWEET HOME"],
  "letters that fold to two": ["Straße", "STRASSE", "strasse"],
  "both small sigmas": ["Οδυσσεύς", "ΟΔΥΣΣΕΎΣ", "οδυσσεύσ"],
  "white space": ["sweet home", "  sweet \t\n home ", "sweet\u00a0home", "sweet\u3000home", "sweet\u2003home"],
  "composed and decomposed letters": ["가족", "가족".normalize("NFD"), "가족".normalize("NFKD")],
  accents: ["Amélie", "Ame\u0301lie", "AMÉLIE"],
  "full width": ["ｓｗｅｅｔ　ｈｏｍｅ", "sweet home"],
  ligatures: ["ﬁlm", "film", "FILM"],
  "zero-width characters": ["sweet home", "sw\u200beet\u200c ho\u200dme", "\ufeffsweet home\u2060", "sw\u00adeet home"],
  "right-to-left marks": ["سينما", "\u200fسينما\u200f", "\u202bسينما\u202c", "\u2067سينما\u2069"],
  "how an emoji is drawn": ["I ❤ you", "I ❤\ufe0f you", "i ❤\ufe0e you"],
  nothing: ["", "   ", "\u200b", "\u200f \ufeff"],
};

for (const [what, queries] of Object.entries(same)) {
  test(`queries that differ in nothing but ${what} have one key`, () => {
    assert.deepEqual(new Set(queries.map(queryKey)).size, 1, JSON.stringify(queries.map(queryKey)));
  });
}

test("queries that mean something else have keys of their own", () => {
  const queries = [
    "sweet home",
    "sweethome",
    "sweet home 2",
    "sweet-home",
    "👩",
    "🏠",
    "가족",
    "가",
    "amelie",
    "amélie",
    "<b>",
    "%",
  ];
  assert.equal(new Set(queries.map(queryKey)).size, queries.length);
});

test("a key is its own key", () => {
  for (const query of [...Object.values(same).flat(), "İstanbul", "ﷺ", "x".repeat(4_096), "\ud800", "\u0000"]) {
    assert.equal(queryKey(queryKey(query)), queryKey(query), JSON.stringify(query));
  }
});
