import assert from "node:assert/strict";
import { SourceMap as RuntimeSourceMap, type SourceMapPayload } from "node:module";
import { test } from "node:test";
import { transformSync } from "esbuild";
import { findOrigin } from "../../../core/platform/source-map.ts";

const source = Array.from(
  { length: 60 },
  (_, line) =>
    `export const value${line} = (a: number, b: string) => { throw new Error(\`\${a} \${b} ${"x".repeat(line)}\`); };`,
).join("\n\n");
const { code, map } = transformSync(source, { loader: "ts", sourcemap: "external", sourcefile: "core/a.ts" });
const parsed = JSON.parse(map) as SourceMapPayload;

test("every position is found where the runtime's own reader finds it", () => {
  const reader = new RuntimeSourceMap(parsed);
  let compared = 0;
  for (const [index, text] of code.split("\n").entries()) {
    for (let column = 1; column <= text.length; column += 3) {
      const theirs = reader.findEntry(index, column - 1);
      const ours = findOrigin(parsed, index + 1, column);
      if (!("originalSource" in theirs)) continue;
      assert.deepEqual(ours && [ours.file, ours.line, ours.column], [
        theirs.originalSource,
        theirs.originalLine + 1,
        theirs.originalColumn + 1,
      ]);
      compared++;
    }
  }
  assert.ok(compared > 500);
});

test("what the map does not tell of is undefined, rubbish included", () => {
  assert.equal(findOrigin(parsed, 100_000, 1), undefined);
  assert.equal(findOrigin({ sources: [], mappings: "" }, 1, 1), undefined);
  assert.equal(findOrigin({ sources: [], mappings: "AAAA" }, 1, 1), undefined);
  assert.equal(findOrigin({ sources: ["a"], mappings: "!!!!" }, 1, 1)?.line, 1);
  assert.equal(findOrigin({ sources: ["a"], mappings: "A;A,A" }, 2, 1), undefined);
});
