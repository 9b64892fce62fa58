import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { dramabot, folder } from "../cli.ts";
import { badPlugins } from "./files.ts";

const TVMAZE = new URL("../../../../examples/plugins/tvmaze.ts", import.meta.url);

interface Listed {
  readonly id: string;
  readonly from: string;
  readonly state: string;
  readonly hosts: readonly string[] | null;
  readonly brings: readonly string[];
  readonly error: string | null;
}

/** A folder with these files in `plugins/`, and what `plugin list` says of them. */
function stage(t: TestContext, files: Readonly<Record<string, string>>) {
  const cwd = folder(t);
  mkdirSync(join(cwd, "plugins"));
  mkdirSync(join(cwd, "data"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(cwd, "plugins", name, ".."), { recursive: true });
    writeFileSync(join(cwd, "plugins", name), text);
  }
  const env = { PLUGINS_DIR: "plugins", PATH: process.env.PATH ?? "" };
  const list = async (more: Readonly<Record<string, string>> = {}, ...words: readonly string[]) => {
    const { status, stdout, stderr } = await dramabot(["plugin", "list", "--json", ...words], {
      cwd,
      env: { ...env, ...more },
    });
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout) as readonly Listed[];
  };
  return { cwd, env, list };
}

const plugin = (id: string, more = "") => `import { BotError, definePlugin } from "dramabot/plugin";
${more}
export default definePlugin({ id: "${id}", version: "1.0.0", api: 1, setup(ctx) {
  ctx.commands.add({ name: "${id}", description: "Say it", run: (call) => call.reply("${id}") });
} });
`;

test("each bad plugin is told in one line, and the others run", async (t) => {
  const files = Object.fromEntries(Object.entries(badPlugins).map(([name, [text]]) => [name, text]));
  const { list } = stage(t, { ...files, "zebra.ts": plugin("zebra") });
  const listed = await list({ OPTIONS_KEY: "x" });
  for (const [name, [, told]] of Object.entries(badPlugins)) {
    const found = listed.find(({ from }) => from === `plugins/${name}`);
    assert.equal(found?.state, "failed", name);
    assert.match(found.error ?? "", told);
    assert.ok(!found.error?.includes("\n"), name);
  }
  const running = listed.filter(({ state }) => state === "active").map(({ id }) => id);
  assert.deepEqual(running, ["mydramalist", "imdb", "health", "zebra"]);
});

test("a lookup goes on without a bad plugin, and says so in one line", async (t) => {
  const { cwd, env } = stage(t, { "syntax.ts": badPlugins["syntax.ts"]?.[0] ?? "" });
  const { stderr, status } = await dramabot(["lookup", "nowhere", "x"], { cwd, env });
  assert.equal(status, 1);
  const lines = stderr.trimEnd().split("\n");
  assert.equal(lines.length, 2, stderr);
  const { level, message } = JSON.parse(lines[0] ?? "");
  assert.equal(level, "ERROR");
  assert.match(message, /^Plugin "syntax" was left out: plugins\/syntax\.ts:4: the syntax is broken/);
  assert.match(lines[1] ?? "", /There is no source "nowhere"/);
});

test("files, folders, siblings and a plugin's own packages work, with the program's own classes", async (t) => {
  const { list } = stage(t, {
    "folder/index.ts": plugin(
      "folder",
      'import { two } from "./two.ts"; import three from "three"; if (two + three !== 5) throw 1;',
    ),
    "folder/two.ts": "export const two: number = 2;",
    "folder/node_modules/three/package.json": '{ "name": "three", "type": "module", "exports": "./index.js" }',
    "folder/node_modules/three/index.js": "export default 3;",
    "plain.mjs": plugin("plain"),
    "script.js": plugin("script"),
    "ours.ts": `import { BotError } from "dramabot/plugin";
export default { id: "ours", version: "1.0.0", api: 1, setup(ctx: any) {
  try { ctx.commands.add({ name: "health", description: "x", run() {} }); }
  catch (error) { if (!(error instanceof BotError)) throw new Error("another copy"); }
} };`,
  });
  const external = (await list()).filter(({ from }) => from !== "built in");
  assert.deepEqual(
    external.map(({ id, state, error }) => [id, state, error]),
    ["folder", "ours", "plain", "script"].map((id) => [id, "active", null]),
  );
  assert.deepEqual(external[0]?.brings, ["commands /folder"]);
});

test("a plugin that loaded well is remembered until it changes", async (t) => {
  const mark = 'import { appendFileSync } from "node:fs"; appendFileSync("loads", "x");';
  const { cwd, list } = stage(t, { "noted.ts": plugin("noted", mark) });
  const loads = () => readFileSync(join(cwd, "loads"), "utf8").length;
  await list();
  assert.equal(loads(), 2, "once in a process of its own, once in the program");
  await list();
  assert.equal(loads(), 3);
  writeFileSync(join(cwd, "plugins", "noted.ts"), plugin("noted", `${mark}\n// changed`));
  await list();
  assert.equal(loads(), 5);
});

// Deno takes types out in its own way.
const onDeno = process.versions.deno !== undefined;

test("a plugin is kept without its types, whole, and what is no part of it never runs", { skip: onDeno }, async (t) => {
  // More than a pipe takes at once.
  const text = plugin("typed", `const long: string = "${"x".repeat(500_000)}";`);
  const { cwd, list } = stage(t, { "typed.ts": text });
  await list();
  const file = join(cwd, "data", "plugins.json");
  const kept = readFileSync(file, "utf8");
  assert.ok(kept.includes(JSON.stringify(text.replace(": string", "        "))));
  for (const rubbish of [kept.replace(/name: ..typed/, (name) => name.replace("typed", "other")), kept.slice(0, -9)]) {
    assert.notEqual(rubbish, kept);
    writeFileSync(file, rubbish);
    assert.deepEqual((await list()).at(-1)?.brings, ["commands /typed"]);
  }
});

test("bot.config.ts chooses plugins, gives options by id, and leaves external ones out", async (t) => {
  const { cwd, env, list } = stage(t, { "one.ts": plugin("one"), "two.ts": plugin("two") });
  copyFileSync(TVMAZE, join(cwd, "plugins", "tvmaze.ts"));
  const config = join(cwd, "mine.ts");
  writeFileSync(
    config,
    `import { defineConfig, use } from "dramabot/config";
import health from "dramabot/plugins/health";
export default defineConfig({
  plugins: [use(health)],
  external: { two: false, tvmaze: { baseUrl: "https://tv.example" } },
});
`,
  );
  assert.deepEqual(
    (await list({}, "--config", config)).map(({ id, state }) => `${id} ${state}`),
    ["health active", "one active", "tvmaze active", "two left out"],
  );
  // Known to be left out, it is not even loaded.
  writeFileSync(join(cwd, "plugins", "two.ts"), `${plugin("two")}console.log("two is loaded");\n`);
  const listed = () => dramabot(["plugin", "list", "--config", "mine.ts"], { cwd, env });
  assert.match((await listed()).stderr, /two is loaded/);
  const { stdout, stderr } = await listed();
  assert.equal(stderr, "");
  assert.match(stdout, /^two 1\.0\.0 +left out +\(plugins\/two\.ts\)$/m);
  const shown = (more: Record<string, string>) =>
    dramabot(["config", "--config", "mine.ts"], { cwd, env: { ...env, ...more } });
  assert.match((await shown({})).stdout, /^tvmaze\.baseUrl +https:\/\/tv\.example +\(bot\.config\.ts\)$/m);
  assert.match(
    (await shown({ TVMAZE_URL: "https://e.example" })).stdout,
    /^TVMAZE_URL +https:\/\/e\.example +\(environment\)$/m,
  );
});

test("a plugin is tried with the options that bot.config.ts gives it", async (t) => {
  const { cwd, env } = stage(t, {
    "loops.ts": `import { definePlugin } from "dramabot/plugin";
import * as v from "valibot";
export default definePlugin({
  id: "loops", version: "1.0.0", api: 1, options: v.strictObject({ key: v.picklist(["a", "b"]) }),
  setup(_ctx, { key }) {
    while (key === "b");
  },
});
`,
  });
  for (const [key, told] of [
    ["a", /^loops 1\.0\.0 active/m],
    ["b", /^ {2}error: plugins\/loops\.ts:6: setup\(\) held everything up for \d s\. /m],
  ] as const) {
    writeFileSync(join(cwd, "mine.ts"), `export default { plugins: [], external: { loops: { key: "${key}" } } };`);
    const listed = await dramabot(["plugin", "list", "--config", "mine.ts"], { cwd, env });
    assert.match(listed.stdout, told);
    rmSync(join(cwd, "data"), { recursive: true, force: true });
  }
});

test("a plugin that prints without end while it is tried fills no memory, and is told", async (t) => {
  const { list } = stage(t, { "loud.mjs": 'const text = "x".repeat(65_536); for (;;) process.stdout.write(text);\n' });
  const [found] = (await list()).filter(({ from }) => from === "plugins/loud.mjs");
  assert.match(
    found?.error ?? "",
    /^plugins\/loud\.mjs:1: it (?:held everything up for \d s|did not finish loading within 5 s)\. Look for a loop/,
  );
});

test("a bot.config.ts that cannot be used is told with file and line, and status 78", async (t) => {
  const { cwd, env } = stage(t, {});
  for (const [text, told] of [
    ["export const a = 1;\nexport default [1, 2\n", / {2}mine\.ts:2: the syntax is broken/],
    [
      "\nexport default 7;\n",
      / {2}mine\.ts:2: the default export is no configuration\. Wanted: export default defineConfig/,
    ],
    [
      "export default { plugin: [] };\n",
      / {2}mine\.ts:1: there is no list of plugins\. .*\n {2}mine\.ts:1: "plugin" is nothing that can be set here\./,
    ],
    ["export default { plugins: [], extra: {} };\n", / {2}mine\.ts:1: "extra" is nothing that can be set here\./],
    ["export default { plugins: [], external: { a: 1 } };\n", /"external\.a" is neither options nor false/],
    ["export default { plugins: [7] };\n", / {2}mine\.ts:1: entry 1 of plugins is none\. Wanted: use\(plugin/],
    [
      "let n = 0;\ndo n++;\nwhile (n >= 0);\nexport default { plugins: [] };\n",
      / {2}mine\.ts:[23]: it held everything up for \d s\. Look for a loop there that never ends\.$/m,
    ],
    [
      "await new Promise(() => {});\nexport default { plugins: [] };\n",
      / {2}mine\.ts:1: it waits at the top for something that never comes\. Take it out\.$/m,
    ],
    [
      "export default { plugins: [] };\nprocess.exit(0);\n",
      / {2}mine\.ts:2: it ended the process while it was loaded \(status 0\)\. A configuration must not end the program\.$/m,
    ],
  ] as const) {
    writeFileSync(join(cwd, "mine.ts"), text);
    const { status, stdout, stderr } = await dramabot(["config", "--config", "mine.ts"], { cwd, env });
    assert.deepEqual([status, stdout], [78, ""], text);
    assert.match(stderr, told);
  }
  const { status, stderr } = await dramabot(["config", "--config", "none.ts"], { cwd, env });
  assert.equal(status, 78);
  assert.match(stderr, /--config holds "none\.ts"; wanted: a file/);
});

test("plugin list says where each is from, what it may call and brings, and that none is in a sandbox", async (t) => {
  const { cwd, env } = stage(t, {});
  copyFileSync(TVMAZE, join(cwd, "plugins", "tvmaze.ts"));
  const { stdout } = await dramabot(["plugin", "list"], { cwd, env });
  assert.match(
    stdout,
    /^tvmaze 1\.0\.0 active \(plugins\/tvmaze\.ts\)\n {2}may call: api\.tvmaze\.com\n {2}brings: sources \/tvmaze, sources \/tvmazeurl, health check tvmaze$/m,
  );
  assert.match(stdout, /\nA plugin runs with all the rights of this process\. .*not a sandbox\.\n$/);
});

test("a plugins folder that is not there is told, and nothing fails", async (t) => {
  const { stdout, stderr, status } = await dramabot(["config"], { cwd: folder(t), env: { PLUGINS_DIR: "gone" } });
  assert.deepEqual([status, stderr], [0, ""]);
  assert.match(stdout, /\nPLUGINS_DIR: gone: there is no such folder\. Check the path\.\n/);
});

test("what a plugin may call is not told of one that was never loaded", async (t) => {
  const { cwd, env, list } = stage(t, { "broken.ts": "export default {\n", "calm.ts": plugin("calm") });
  const { stdout } = await dramabot(["plugin", "list"], { cwd, env });
  assert.match(stdout, /^broken \? failed \(plugins\/broken\.ts\)\n {2}error: plugins\/broken\.ts:/m);
  assert.match(stdout, /^calm 1\.0\.0 active \(plugins\/calm\.ts\)\n {2}may call: no host$/m);
  const hosts = new Map((await list()).map((one) => [one.id, one.hosts]));
  assert.deepEqual([hosts.get("broken"), hosts.get("calm")], [null, []]);
});
