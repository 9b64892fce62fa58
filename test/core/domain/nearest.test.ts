import assert from "node:assert/strict";
import { test } from "node:test";
import { nearest } from "../../../core/domain/nearest.ts";

test("the name that was likely meant is found", () => {
  const names = ["mdl", "imdb", "playground", "lookup"];
  for (const [word, meant] of [
    ["imbd", "imdb"],
    ["IMDB", "imdb"],
    ["mld", "mdl"],
    ["mdl", "mdl"],
    ["playgruond", "playground"],
    ["lokup", "lookup"],
  ] as const) {
    assert.equal(nearest(word, names), meant, word);
  }
});

test("a word that is like none of them has no nearest name", () => {
  for (const word of ["", "x", "netflix", "👩‍👩‍👧", "‮", "<&>", "x".repeat(4096)])
    assert.equal(nearest(word, ["mdl", "imdb"]), undefined, word.slice(0, 10));
  assert.equal(nearest("mdl", []), undefined);
});

test("of two names that are as near, the first one is meant", () => {
  assert.equal(nearest("bat", ["cat", "hat"]), "cat");
});
