import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { dramabot, folder } from "../cli.ts";

/** A folder with a plugin whose module does something, in its second line. */
function withPlugin(t: TestContext, code: string) {
  const cwd = folder(t);
  mkdirSync(join(cwd, "plugins"));
  writeFileSync(
    join(cwd, "plugins", "bad.ts"),
    `import { definePlugin } from "dramabot/plugin";\n${code}\nexport default definePlugin({ id: "bad", version: "1.0.0", api: 1, setup: () => undefined });\n`,
  );
  writeFileSync(join(cwd, "off.ts"), "export default { plugins: [], external: { bad: false } };\n");
  const env = { PLUGINS_DIR: "plugins", PATH: process.env.PATH ?? "" };
  return (...words: readonly string[]) => dramabot(words, { cwd, env });
}

const TOLD = /^plugins\/bad\.ts:2: it ended the program \(status 0\)\. A plugin must not end the program\.$/m;

test("a module whose timer ends the program is named by every command, and the status is 1", async (t) => {
  const run = withPlugin(t, "setTimeout(() => process.exit(0), 20);");
  for (const words of [["config"], ["config", "--config", "off.ts"], ["plugin", "list", "--config", "off.ts"]]) {
    const { status, stderr } = await run(...words);
    assert.equal(status, 1, stderr);
    assert.match(stderr, TOLD, words.join(" "));
  }
});

test("a timer that is nothing but the end of the program is its module's", async (t) => {
  const run = withPlugin(t, "setTimeout(process.exit, 20, 0);");
  const { status, stderr } = await run("config");
  assert.equal(status, 1, stderr);
  assert.match(stderr, /^plugins\/bad\.ts: it ended the program/m);
});

test("a module that begins something harmless changes nothing", async (t) => {
  const run = withPlugin(t, "setTimeout(() => undefined, 20);\nvoid Promise.resolve();");
  for (const words of [["config"], ["plugin", "list"]]) {
    const { status, stdout, stderr } = await run(...words);
    assert.deepEqual([status, stderr], [0, ""]);
    assert.notEqual(stdout, "");
  }
});

test("config tells late errors of a bot.config.ts in one line each, and goes on", async (t) => {
  const cwd = folder(t);
  writeFileSync(
    join(cwd, "late.ts"),
    'setTimeout(() => { throw new Error("late"); }, 10);\nPromise.reject(new Error("left"));\nexport default { plugins: [] };\n',
  );
  const { status, stdout, stderr } = await dramabot(["config", "--config", "late.ts"], { cwd });
  assert.equal(status, 0);
  assert.match(stdout, /^BOT_TOKEN /m);
  assert.deepEqual(stderr.trimEnd().split("\n"), [
    "late.ts:2: A promise was rejected, and nobody looked at it: left. Catch it there.",
    "late.ts:1: A timer or event threw, and nobody caught it: late. Catch it there.",
  ]);
});
