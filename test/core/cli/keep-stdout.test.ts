import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { dramabot, folder } from "./cli.ts";

/** A folder with a plugin that prints in every way it can: as it is loaded, as it starts, as it works, and later. */
function stage(t: TestContext) {
  const cwd = folder(t);
  mkdirSync(join(cwd, "plugins"));
  writeFileSync(
    join(cwd, "plugins", "loud.ts"),
    `import { definePlugin } from "dramabot/plugin";
console.log("load: log");
process.stdout.write("load: write\\n");
export default definePlugin({
  id: "loud", version: "1.0.0", api: 1,
  setup(ctx) {
    console.info("setup: info");
    console.table([{ setup: "table" }]);
    setTimeout(() => console.log("timer: log"), 300);
    setTimeout(() => process.stdout.write("timer: write\\n"), 300);
    const title = { id: "1", title: "One" };
    ctx.sources.add({
      command: "loud", name: "Loud", description: "Loud titles", example: "one", ttl: { search: 1, details: 1 }, fields: [],
      search: async () => { console.debug("search: debug"); return [{ ...title, url: "https://loud.example/1" }]; },
      details: async () => title,
      matchUrl: () => undefined,
      defaultTemplate: () => "x",
      isRecord: (value): value is typeof title => typeof value === "object",
      title: () => "One",
      url: () => "https://loud.example/1",
      poster: () => undefined,
    });
  },
});
`,
  );
  return (...words: string[]) => dramabot(words, { cwd, env: { PLUGINS_DIR: "plugins" } });
}

const noise = ["load: log", "load: write", "setup: info", "table", "timer: log", "timer: write"];

test("what plugins print, then or later, goes to stderr, and JSON on stdout stays JSON", async (t) => {
  const run = stage(t);
  for (const words of [
    ["plugin", "list", "--json"],
    ["lookup", "loud", "one", "--json"],
  ]) {
    const { status, stdout, stderr } = await run(...words);
    assert.equal(status, 0, stderr);
    assert.ok(Array.isArray(JSON.parse(stdout)), stdout);
    for (const text of noise) assert.ok(stderr.includes(text), `${text}: ${stderr}`);
    if (words[0] === "lookup") assert.match(stderr, /^search: debug$/m);
  }
});

test("it is told apart from lists and findings as well", async (t) => {
  const run = stage(t);
  const [list, check, config] = await Promise.all([
    run("plugin", "list"),
    run("plugin", "check", "plugins/loud.ts"),
    run("config"),
  ]);
  assert.match(list.stdout, /^mydramalist .*\nA plugin runs with all the rights [^\n]*\n$/s);
  for (const line of check.stdout.trimEnd().split("\n")) assert.match(line, /^(?:ok {2}|FAIL) {2}/);
  assert.match(config.stdout, /^BOT_TOKEN /);
  for (const { stdout, stderr } of [list, check, config]) {
    assert.doesNotMatch(stdout, /load:|setup:|timer:|│/);
    assert.match(stderr, /^load: log\nload: write\n/);
  }
});
