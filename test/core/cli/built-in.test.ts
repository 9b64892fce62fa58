import assert from "node:assert/strict";
import { cpSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { dramabot, folder } from "./cli.ts";

/** A copy of the program whose own `bot.config.ts` one may write. */
function copy(t: TestContext) {
  const root = fileURLToPath(new URL("../../../", import.meta.url));
  const home = folder(t);
  for (const part of ["core", "plugins", "package.json"])
    cpSync(join(root, part), join(home, part), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(home, "node_modules"));
  return async (text: string, ...words: string[]) => {
    writeFileSync(join(home, "bot.config.ts"), text);
    return dramabot(words, { cwd: home, env: { PORT: "http" }, main: join(home, "core/main.ts") });
  };
}

test("a built-in bot.config.ts that cannot be used is told with the other problems, with file and line, and status 78", async (t) => {
  const run = copy(t);
  const define = 'import { defineConfig, use } from "./core/config/define.ts";\n';
  for (const [text, told] of [
    [`${define}export default defineConfig({});\n`, /bot\.config\.ts:2: there is no list of plugins\. Wanted: /],
    ["export default 5;\n", /bot\.config\.ts:1: the default export is no configuration\. Wanted: /],
    [`${define}export default defineConfig({ plugins: "x" });\n`, /bot\.config\.ts:2: "plugins" is no list\. /],
    [
      `${define}export default { plugins: [use(5)] };\n`,
      /bot\.config\.ts:2: entry 1 of plugins is none\. Wanted: use\(/,
    ],
    ["export const config = {};\n", /bot\.config\.ts:1: there is no default export\. Wanted: /],
    ["export default {\n", /bot\.config\.ts:\d: the syntax is broken: /],
    ['\nthrow new Error("no");\n', /bot\.config\.ts:2: it threw while it was loaded: no\. /],
  ] as const) {
    const { status, stdout, stderr } = await run(text, "lookup", "mdl", "x");
    assert.deepEqual([status, stdout], [78, ""], `${text}: ${stderr}`);
    const [head, port, problem, ...more] = stderr.trimEnd().split("\n");
    assert.equal(head, "error (config.invalid): The configuration has 2 problems:");
    assert.match(port ?? "", /^ {2}PORT holds "http"; /);
    assert.match(problem ?? "", told);
    assert.deepEqual(more, []);
  }
});

test("with a bot.config.ts that cannot be used the version is told all the same, and what is wrong beside it", async (t) => {
  const run = copy(t);
  for (const [text, plugins, told] of [
    ["export default {\n", [], /^bot\.config\.ts:\d: the syntax is broken: [^\n]+\n$/],
    [
      'export default { plugins: [7, { definition: { id: "tv", version: "2.0.0" }, options: {} }] };\n',
      [{ id: "tv", version: "2.0.0" }],
      /^bot\.config\.ts:1: entry 1 of plugins is none\. [^\n]+\n$/,
    ],
  ] as const) {
    const { status, stdout, stderr } = await run(text, "version", "--json");
    assert.equal(status, 0, stderr);
    assert.deepEqual(JSON.parse(stdout).plugins, plugins);
    assert.match(stderr, told);
  }
  const { status, stderr } = await run("throw 1;", "version");
  assert.deepEqual([status, stderr], [0, ""], "the line alone does not look at it");
});
