import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { readBody } from "../../../core/http/body.ts";

const CHUNK = 64 * 1024;

/** As undici gives it: a view of a buffer in which other bytes stand too. */
function chunk(fill: number, size = CHUNK): Uint8Array {
  return new Uint8Array(size + 200)
    .fill(255)
    .subarray(100, 100 + size)
    .fill(fill);
}

function read(
  chunks: readonly Uint8Array[],
  options: { announced?: number; encoding?: string; maxBytes?: number } = {},
) {
  const { encoding, maxBytes = 8 * 1024 * 1024, ...rest } = options;
  return readBody(Readable.from(chunks), { encoding, maxBytes, label: "GET it", ...rest });
}

test("a body comes whole, whatever length was announced", async () => {
  const chunks = [chunk(1), chunk(2), chunk(3, 10)];
  for (const announced of [undefined, 0, 1, CHUNK, 2 * CHUNK + 10, 5 * CHUNK]) {
    const bytes = await read(chunks, announced === undefined ? {} : { announced });
    assert.deepEqual(Buffer.from(bytes), Buffer.concat(chunks), String(announced));
  }
  const packed = gzipSync(Buffer.concat(chunks));
  const bytes = await read([packed], { encoding: "gzip", announced: packed.byteLength });
  assert.deepEqual(Buffer.from(bytes), Buffer.concat(chunks));
  assert.equal((await read([])).byteLength, 0);
});

test("its buffer is its own, so that it can be handed over: nothing else stands there or is lost with it", async () => {
  for (const chunks of [[], [chunk(1)], [chunk(1, 10)], [chunk(1), chunk(2)]]) {
    const bytes = await read(chunks);
    assert.ok(!new Uint8Array(bytes.buffer).includes(255));
    const handed = structuredClone(bytes, { transfer: [bytes.buffer] });
    assert.deepEqual([Buffer.from(handed), bytes.byteLength], [Buffer.concat(chunks), 0]);
    for (const one of chunks) assert.notEqual(one.byteLength, 0);
  }
});

test("a large body that is there at once is read over many turns of the event loop", async () => {
  const chunks = Array.from({ length: 48 }, (_, index) => chunk(index));
  let turns = 0;
  let reading = true;
  const count = () => {
    turns += 1;
    if (reading) setImmediate(count);
  };
  setImmediate(count);
  const bytes = await read(chunks);
  reading = false;
  assert.equal(bytes.byteLength, 48 * CHUNK);
  assert.ok(turns > 10, `it took ${turns} turns`);
});

test("a body that is too large is refused, and its stream ended", async () => {
  const body = Readable.from([chunk(1), chunk(2), chunk(3)]);
  const reading = readBody(body, { encoding: undefined, maxBytes: 2 * CHUNK, label: "GET it" });
  await assert.rejects(reading, { code: "http.too_large" });
  assert.ok(body.destroyed);
});
