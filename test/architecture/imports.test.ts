import assert from "node:assert/strict";
import { test } from "node:test";
import { importsOf } from "./imports.ts";

const targets = (source: string) => importsOf("core/http/client.ts", source).map(({ target }) => target);

test("every way to import is read, in any quotes", () => {
  for (const source of [
    'import { x } from "undici";',
    "import type { x } from 'undici';",
    "import 'undici';",
    'import\n  x,\n  { y }\nfrom "undici";',
    "import x = require('undici');",
    "export * from 'undici';",
    'export * as x from "undici";',
    "export { x } from 'undici';",
    "export type { x } from 'undici';",
    'await import("undici");',
    "await import('undici');",
    "await import(`undici`);",
    "let x: import('undici').Pool;",
    'let x: typeof import("undici");',
    "const x = require('undici');",
    "require.resolve('undici');",
    "import.meta.resolve('undici');",
    "process.getBuiltinModule('undici');",
    "createRequire(import.meta.url)('undici');",
    "const load = createRequire(import.meta.url); load('undici');",
    "const f = () => load('undici'); const load = module.createRequire(import.meta.url);",
  ])
    assert.deepEqual(targets(source), ["undici"], source);
});

test("a path is read from where its file stands", () => {
  assert.deepEqual(targets("export * from '../../bot.config.ts'; new URL('../workers/entry.ts', import.meta.url);"), [
    "bot.config.ts",
    "core/workers/entry.ts",
  ]);
});

test("what only running would tell is read as unknown", () => {
  const hole = "$" + "{name}";
  const sources = [
    "import(name)",
    `import(\`./${hole}.ts\`)`,
    "require(name)",
    `new URL(\`./${hole}\`, import.meta.url)`,
  ];
  for (const source of sources) assert.deepEqual(targets(source), [undefined], source);
});

test("what only looks like an import is passed over", () => {
  for (const source of [
    '// import "undici"',
    "/** @type {import('undici').Pool} */",
    "const x = 'import \"undici\"';",
    'const x = `from "undici"`;',
    "export const x = 1; export { x as y };",
    "new URL('https://undici.example/');",
    "new URL('x', base);",
    "page.import('undici');",
  ])
    assert.deepEqual(targets(source), [], source);
});

test("an import is told with its line, and a file that cannot be parsed is an error", () => {
  assert.deepEqual(importsOf("core/a.ts", "\n\nimport './b.ts';"), [
    { file: "core/a.ts", line: 3, target: "core/b.ts" },
  ]);
  assert.throws(() => importsOf("core/a.ts", "import from from from"), /^Error: core\/a\.ts: /);
});
