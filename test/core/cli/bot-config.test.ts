import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { chooseBotConfig } from "../../../core/cli/bot-config.ts";
import { dramabot, folder } from "./cli.ts";

/** A folder with one plugin in `plugins/`, and a `mine.ts` with this under `external`. */
function stage(t: TestContext, external: string) {
  const cwd = folder(t);
  const plugins = join(cwd, "plugins");
  mkdirSync(plugins);
  writeFileSync(
    join(plugins, "weather.ts"),
    `import { definePlugin } from "dramabot/plugin";
import * as v from "valibot";
export default definePlugin({
  id: "weather", version: "1.0.0", api: 1, env: { apiKey: "WEATHER_KEY" },
  options: v.strictObject({ apiKey: v.string() }),
  setup() {},
});
`,
  );
  writeFileSync(join(cwd, "mine.ts"), `export default { plugins: [], external: ${external} };\n`);
  const env = { PLUGINS_DIR: "plugins" };
  return { cwd, plugins, run: (...words: string[]) => dramabot([...words, "--config", "mine.ts"], { cwd, env }) };
}

test("what external says of no plugin that is there is told by config, plugin list and lookup, and nothing fails", async (t) => {
  const { run } = stage(t, '{ weathr: { apiKey: "x" }, weather: { apiKey: "x" }, imdb: false }');
  const told = [
    `mine.ts: "external.weathr" has no effect: no plugin of that id was found in plugins. Did you mean weather?`,
    'mine.ts: "external.imdb" has no effect: that plugin is built in. What is not under plugins is left out.',
  ];
  const [config, list, lookup] = await Promise.all([
    run("config"),
    run("plugin", "list"),
    run("lookup", "nowhere", "x"),
  ]);
  assert.deepEqual([config.status, config.stderr], [0, ""]);
  assert.deepEqual(
    config.stdout.split("\n").filter((line) => line.includes("external")),
    told,
  );
  assert.deepEqual([list.status, list.stderr], [0, `${told.join("\n")}\n`]);
  assert.deepEqual(lookup.stderr.split("\n").slice(0, 2), told);
});

test("one that is left out by external is there, and at each reload what has no effect is told once", async (t) => {
  const { cwd, plugins } = stage(t, "{ weather: false, weathr: {} }");
  const told: string[] = [];
  const request = {
    environment: { PLUGINS_DIR: plugins, DATA_DIR: join(cwd, "data") },
    config: join(cwd, "mine.ts"),
    onProblem: (message: string) => void told.push(message),
  };
  const first = await chooseBotConfig(request);
  assert.deepEqual(first.plugins, []);
  assert.equal(told.length, 1);
  assert.match(told[0] ?? "", /"external\.weathr" has no effect: .* Did you mean weather\?$/);
  await chooseBotConfig({ ...request, before: first });
  assert.deepEqual(told, [told[0], told[0]]);
});

test("a plugin that is kept as it was counts as found", async (t) => {
  const { cwd, plugins } = stage(t, '{ weather: { apiKey: "x" } }');
  const told: string[] = [];
  const request = {
    environment: { PLUGINS_DIR: plugins, DATA_DIR: join(cwd, "data") },
    config: join(cwd, "mine.ts"),
    onProblem: (message: string) => void told.push(message),
  };
  const first = await chooseBotConfig(request);
  const again = await chooseBotConfig({ ...request, before: first });
  assert.equal(again.plugins[0], first.plugins[0]);
  assert.deepEqual(told, []);
});

test("without a plugins folder external is told to need one", async (t) => {
  const { cwd } = stage(t, "{ weather: {} }");
  const { stdout } = await dramabot(["config", "--config", "mine.ts"], { cwd });
  assert.match(
    stdout,
    /\nmine\.ts: "external\.weather" has no effect: no plugins folder is read\. Set PLUGINS_DIR\.\n/,
  );
});

test("an option that is not set is told with its variable, and with the configuration that is in force", async (t) => {
  const { cwd, run } = stage(t, "{}");
  const told = (place: string) =>
    `plugins/weather.ts: its option apiKey is not set; wanted: string. Set WEATHER_KEY, or write external: { weather: { apiKey: … } } into ${place}.`;
  const [mine, builtIn] = await Promise.all([
    run("config"),
    dramabot(["config"], { cwd, env: { PLUGINS_DIR: "plugins" } }),
  ]);
  assert.ok(mine.stdout.endsWith(`\nPlugin "weather" is left out: ${told("mine.ts")}\n`), mine.stdout);
  assert.ok(builtIn.stdout.endsWith(`\nPlugin "weather" is left out: ${told("bot.config.ts")}\n`), builtIn.stdout);
});

test("what a plugin no longer imports is none of what is watched, so that its end starts no look after look", async (t) => {
  const { cwd, plugins } = stage(t, '{ weather: { apiKey: "x" } }');
  const request = { environment: { PLUGINS_DIR: plugins, DATA_DIR: join(cwd, "data") }, config: join(cwd, "mine.ts") };
  const file = join(plugins, "own.mjs");
  const library = join(plugins, "_library.mjs");
  const text = 'export default { id: "own", version: "1.0.0", api: 1, setup() {} };\n';
  const watched = ({ view }: Awaited<ReturnType<typeof chooseBotConfig>>) =>
    Object.keys(view?.stamps ?? {}).filter((each) => each.endsWith(".mjs"));
  writeFileSync(library, "export const a = 1;\n");
  writeFileSync(file, `import "./_library.mjs";\n${text}`);
  const first = await chooseBotConfig(request);
  assert.deepEqual(watched(first), [file, library]);
  writeFileSync(file, text);
  const second = await chooseBotConfig({ ...request, before: first });
  assert.deepEqual(watched(second), [file]);
  rmSync(library);
  const third = await chooseBotConfig({ ...request, before: second });
  assert.deepEqual(watched(third), [file]);
  assert.ok(
    third.plugins.some((one) => second.plugins.includes(one)),
    "it was kept as it was",
  );
});
