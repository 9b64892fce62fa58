import assert from "node:assert/strict";
import { test } from "node:test";
import { residentMemory } from "../../../core/platform/resident-memory.ts";

test("resident memory is told in bytes, and is no number where the system keeps it to itself", (t) => {
  assert.ok(residentMemory() > 10_000_000);
  t.mock.method(process.memoryUsage, "rss", () => {
    throw new Error("ENOENT: no such file or directory, uv_resident_set_memory");
  });
  assert.ok(Number.isNaN(residentMemory()));
});
