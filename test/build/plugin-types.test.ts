import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "../../build/bundle.ts";
import { makePluginTypes } from "../../build/plugin-types.ts";
import { projectOf, unpackTypes } from "../../core/cli/plugin/types.ts";

test("with the declarations of the executable alone a new plugin and the examples have no error in an editor", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "dramabot-types-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [work, plugins] = [join(folder, "work"), join(folder, "plugins")];
  mkdirSync(work);
  mkdirSync(plugins);
  const known = unpackTypes(plugins, readFileSync(makePluginTypes(work), "utf8"));
  writeFileSync(join(plugins, "tsconfig.json"), projectOf(known));
  cpSync(join(root, "examples", "template"), join(plugins, "template"), { recursive: true });
  cpSync(join(root, "examples", "plugins", "tvmaze.ts"), join(plugins, "tvmaze.ts"));
  writeFileSync(
    join(plugins, "asserts.ts"),
    `import assert, { equal } from "node:assert/strict";
export async function check(value: unknown): Promise<number> {
  assert(value);
  equal(value, 2);
  assert.throws(() => assert.fail("x"), /x/);
  await assert.rejects(async () => assert.match("a", /b/), Error);
  return value;
}
`,
  );
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  try {
    execFileSync(process.execPath, [tsc, "--project", plugins], { encoding: "utf8" });
  } catch (error) {
    assert.fail(String(error instanceof Error && "stdout" in error ? error.stdout : error));
  }
});
