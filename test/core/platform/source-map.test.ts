import assert from "node:assert/strict";
import { SourceMap as RuntimeSourceMap, type SourceMapPayload } from "node:module";
import { test } from "node:test";
import { transformSync } from "esbuild";
import { findOrigins, markMappings, type SourceMap } from "../../../core/platform/source-map.ts";

const findOrigin = (map: SourceMap, line: number, column: number) => findOrigins(map, [{ line, column }])[0];

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

test("many positions in one reading are found as one by one, in any order, the same one twice too", () => {
  const positions = code
    .split("\n")
    .flatMap((text, index) =>
      Array.from({ length: text.length }, (_, column) => ({ line: index + 1, column: column + 1 })),
    );
  const mixed = [...positions, ...positions.slice(0, 50)].sort(
    (a, b) => ((a.column * 31) % 17) - ((b.column * 31) % 17),
  );
  const alone = mixed.map(({ line, column }) => findOrigin(parsed, line, column));
  assert.deepEqual(findOrigins(parsed, mixed), alone);
  assert.ok(alone.filter((one) => one !== undefined).length > 500);
});

test("with marks a line is found as without them, and the lines before it are not read", () => {
  const many = Array.from(
    { length: 1_000 },
    (_, line) => `export const value${line} = () => {\n throw new Error();\n};`,
  );
  const { map } = transformSync(many.join("\n\n\n"), { loader: "ts", sourcemap: "external", sourcefile: "core/b.ts" });
  const long = JSON.parse(map) as SourceMapPayload;
  const marks = markMappings(long.mappings);
  assert.ok(marks.length > 10);
  for (let line = 1; line < 3_100; line += 7) {
    const position = { line, column: 8 };
    assert.deepEqual(findOrigins({ ...long, marks }, [position]), findOrigins(long, [position]), `line ${line}`);
  }
  const [, offset = 0] = marks.at(-1) ?? [];
  const rubbish = "!".repeat(offset - 1) + long.mappings.slice(offset - 1);
  const [last = 0] = marks.at(-1) ?? [];
  const position = { line: last + 1, column: 8 };
  assert.deepEqual(findOrigins({ ...long, mappings: rubbish, marks }, [position]), findOrigins(long, [position]));
});
