import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { dramabot, folder } from "../cli.ts";

/** A plugin in a plugins folder, with that setup. */
function stage(t: TestContext, setup: string) {
  const cwd = folder(t);
  mkdirSync(join(cwd, "plugins"));
  const text = `export default { id: "odd", version: "1.0.0", api: 1,\n  setup(ctx) {\n${setup}\n  } };\n`;
  writeFileSync(join(cwd, "plugins", "odd.mjs"), text);
  const env = { PATH: process.env.PATH ?? "", PLUGINS_DIR: "plugins" };
  return (...words: string[]) => dramabot(words, { cwd, env });
}

test("an error that a plugin leaves to nobody fails its check, and is told where plugins are listed", async (t) => {
  const run = stage(
    t,
    'Promise.reject(new TypeError("nobody looks"));\nsetTimeout(() => { throw new Error("boom"); }, 20);',
  );
  const check = await run("plugin", "check", "plugins/odd.mjs");
  assert.equal(check.status, 1);
  assert.match(
    check.stdout,
    /^FAIL {2}leaves no error uncaught: plugins\/odd\.mjs:3: A promise was rejected, and nobody looked at it: nobody looks\. Catch it there\.$/m,
  );
  assert.match(
    check.stdout,
    /^FAIL .*plugins\/odd\.mjs:4: A timer or event threw, and nobody caught it: boom\. Catch it there\.$/m,
  );
  assert.equal(check.stderr, "");
  const list = await run("plugin", "list", "--json");
  assert.equal(list.status, 0);
  assert.ok(JSON.parse(list.stdout).some(({ id }: { id: string }) => id === "odd"));
  assert.match(
    list.stderr,
    /^plugins\/odd\.mjs:3: A promise was rejected, and nobody looked at it: nobody looks\. Catch it there\.$/m,
  );
});

test("a plugin's timer that loops ends a command with one line that names it", {
  skip: process.versions.deno !== undefined && "Deno does not let a thread see what another one runs",
}, async (t) => {
  const run = stage(t, "setTimeout(() => {\n  for (;;);\n}, 200);");
  const [check, list] = await Promise.all([run("plugin", "check", "plugins/odd.mjs"), run("plugin", "list")]);
  const line = String.raw`plugins/odd\.mjs:4 held everything up for 1\d(?:\.\d)? s\. Look for a loop there that never ends\.\n$`;
  assert.match(check.stdout, new RegExp(`\nFAIL  lets others have a turn: ${line}`));
  assert.match(list.stderr, new RegExp(line));
  assert.notEqual(check.status, 0);
  assert.notEqual(list.status, 0);
});

test("what a plugin leaves running does not keep a command from its end", async (t) => {
  const run = stage(t, "setInterval(() => undefined, 1_000);");
  const { status, stdout, stderr } = await run("plugin", "list");
  assert.equal(status, 0);
  assert.match(stdout, /^odd 1\.0\.0 active/m);
  assert.match(
    stderr,
    /^Something still keeps the process alive, likely a plugin's own \(.*\); it is ended all the same\.\n$/,
  );
});
