import assert from "node:assert/strict";
import { test } from "node:test";
import { percentile } from "../../bench/percentiles.ts";

test("a percentile is the value at its nearest rank", () => {
  const values = Array.from({ length: 100 }, (_, index) => index + 1);
  assert.equal(percentile(values, 0.5), 50);
  assert.equal(percentile(values, 0.95), 95);
  assert.equal(percentile(values, 1), 100);
  assert.equal(percentile(values, 0), 1);
  assert.equal(percentile([7], 0.99), 7);
});

test("no values have no percentile", () => {
  assert.ok(Number.isNaN(percentile([], 0.5)));
});
