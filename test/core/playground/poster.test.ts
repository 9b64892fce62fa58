import assert from "node:assert/strict";
import { test } from "node:test";
import { inflateSync } from "node:zlib";
import { drawPoster } from "../../../core/playground/poster.ts";
import { drawableText } from "../../../core/playground/poster-font.ts";

const TITLES = ["Sweet Home", "The Matrix", "Crash Landing on You", "Reply 1988", "The Good, the Bad and the Ugly"];

/** Reads the size and the decompressed rows out of a PNG file with one data chunk. */
function readPng(file: Uint8Array): { width: number; height: number; rows: Buffer } {
  const png = Buffer.from(file);
  assert.deepEqual([...png.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  assert.equal(png.toString("latin1", 12, 16), "IHDR");
  assert.equal(png.toString("latin1", 37, 41), "IDAT");
  const length = png.readUInt32BE(33);
  const rows = inflateSync(png.subarray(41, 41 + length));
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20), rows };
}

test("a poster is a PNG of 400 by 600 pixels under 60 KB", () => {
  for (const title of TITLES) {
    const png = drawPoster(title);
    const { width, height, rows } = readPng(png);
    assert.deepEqual([width, height, rows.length], [400, 600, (400 * 3 + 1) * 600], title);
    assert.ok(png.length < 60_000, `${title}: ${png.length} bytes`);
  }
});

test("the same title gives the same bytes, and another title others", () => {
  assert.deepEqual(drawPoster("Sweet Home"), drawPoster("Sweet Home"));
  assert.notDeepEqual(drawPoster("Sweet Home"), drawPoster("Sweet Hope"));
});

test("the size can be chosen and is kept within bounds", () => {
  const { width, height } = readPng(drawPoster("The Matrix", { width: 200, height: 300 }));
  assert.deepEqual([width, height], [200, 300]);
  const tiny = readPng(drawPoster("The Matrix", { width: 0, height: -5 }));
  assert.deepEqual([tiny.width, tiny.height], [16, 16]);
});

test("no title breaks it", () => {
  for (const title of ["", "사랑의 불시착", "🎬", "A".repeat(4096), "word ".repeat(800), "<&>\u202e\u200b", "\ud800"]) {
    assert.ok(drawPoster(title, { width: 120, height: 180 }).length > 100);
  }
});

test("letters lose their accents and what the alphabet lacks is left out", () => {
  assert.equal(drawableText("Amélie"), "AMELIE");
  assert.equal(drawableText("  Sweet\n Home 스위트홈 "), "SWEET HOME");
  assert.equal(drawableText("It’s “OK” – no?"), 'IT\'S "OK" - NO?');
});
