import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { dramabot, failureOf, folder } from "../cli.ts";

const env = { PATH: process.env.PATH ?? "" };

test("a new plugin keeps every rule, its own tests among them, and an editor's types fit it", async (t) => {
  const cwd = folder(t);
  const made = await dramabot(["plugin", "new", "sea-shows"], { cwd, env });
  assert.deepEqual([made.status, made.stderr], [0, ""]);
  assert.match(made.stdout, /^sea-shows\/index\.ts\n/);
  assert.match(made.stdout, /type: \/seashows harbour\n$/);
  const { status, stdout } = await dramabot(["plugin", "check", "sea-shows"], { cwd, env });
  assert.equal(status, 0, stdout);
  const lines = stdout.trimEnd().split("\n");
  assert.ok(lines.length > 20 && lines.every((line) => line.startsWith("ok")), stdout);
  assert.ok(lines.some((line) => line.includes("index.test.ts: a list's link is no title's")));
  await dramabot(["plugin", "types", "."], { cwd, env });
  const { compilerOptions } = JSON.parse(readFileSync(join(cwd, "tsconfig.json"), "utf8"));
  for (const [path = ""] of Object.values<string[]>(compilerOptions.paths))
    assert.ok(existsSync(path.replace("*", "imdb")), path);
});

test("plugin new replaces nothing, and takes no odd id", async (t) => {
  const cwd = folder(t);
  await dramabot(["plugin", "new", "mine"], { cwd, env });
  writeFileSync(join(cwd, "mine", "index.ts"), "// mine");
  const again = await dramabot(["plugin", "new", "mine"], { cwd, env });
  assert.equal(again.status, 1);
  assert.match(again.stderr, /mine is there already\. Choose another id, or remove it\.\n$/);
  assert.equal(readFileSync(join(cwd, "mine", "index.ts"), "utf8"), "// mine");
  for (const id of ["../up", "Mine", "m", "1st"]) {
    const { status, stderr } = await dramabot(["plugin", "new", id], { cwd, env });
    assert.equal(status, 1);
    assert.match(stderr, /is no id for a plugin; wanted: /);
  }
});

test("a folder that cannot be written to is told in one line, with how to name another", {
  skip: (process.platform === "win32" || process.getuid?.() === 0) && "root may write everywhere",
}, async (t) => {
  const cwd = folder(t);
  mkdirSync(join(cwd, "plugins"), { mode: 0o555 });
  const ended = await dramabot(["plugin", "new", "mine"], { cwd, env: { ...env, PLUGINS_DIR: "plugins" } });
  assert.equal(ended.status, 1);
  assert.match(
    failureOf(ended),
    /^error \(plugin\.invalid\): plugins\/mine cannot be written: .*EACCES.*PLUGINS_DIR=<folder> dramabot plugin new mine$/,
  );
});

test("plugin new refuses an id with which the plugin could not start, and says which name is taken", async (t) => {
  const cwd = folder(t);
  mkdirSync(join(cwd, "plugins"));
  writeFileSync(join(cwd, "plugins", "here.ts"), "");
  for (const [id, told] of [
    ["mdl", 'it claims /mdl, which plugin "mydramalist" has already'],
    ["imdb-url", 'it claims /imdburl, which plugin "imdb" has already'],
    ["mydramalist", "there is a plugin of that id already"],
    ["help", "it claims /help, which the core has already"],
  ] as const) {
    const { status, stdout, stderr } = await dramabot(["plugin", "new", id], { cwd, env });
    assert.deepEqual([status, stdout], [1, ""]);
    const line = `A plugin "${id}" could not start: ${told}. Choose another id, such as my-${id}.`;
    assert.equal(stderr, `error (plugin.invalid): ${line}\n`);
    assert.ok(!existsSync(join(cwd, id)));
  }
  const here = await dramabot(["plugin", "new", "here"], { cwd, env: { ...env, PLUGINS_DIR: "plugins" } });
  assert.equal(here.status, 1);
  assert.match(here.stderr, /: plugins\/here\.ts is there already\. Choose another id, or remove it\.\n$/);
  // What bot.config.ts leaves out is free, and a file that cannot be used keeps nobody from a new plugin.
  writeFileSync(join(cwd, "none.ts"), "export default { plugins: [] };\n");
  writeFileSync(join(cwd, "broken.ts"), "export default {\n");
  for (const [id, config, status] of [
    ["mdl", "none.ts", 0],
    ["imdb", "broken.ts", 1],
    ["sea", "broken.ts", 0],
  ] as const)
    assert.equal((await dramabot(["plugin", "new", id, "--config", config], { cwd, env })).status, status, id);
});

const onDeno = process.versions.deno !== undefined;
/** Ends the program with status 0 when its command is tried, on line 6. */
const ending = (call: string) => `import { definePlugin } from "dramabot/plugin";
export default definePlugin({ id: "ends", version: "1.0.0", api: 1,
  setup(ctx) {
    ctx.commands.add({ name: "ends", description: "End", async run(call) {
      await call.reply("bye");
      ${call};
    } });
  },
});
`;

test("plugin check fails for a plugin that ends the program while it is tried, with file and line", async (t) => {
  const cwd = folder(t);
  const calls = ["process.exit(0)", ...(onDeno ? ["Deno.exit(0)"] : [])];
  for (const call of calls) {
    writeFileSync(join(cwd, "ends.ts"), ending(call));
    const { status, stdout } = await dramabot(["plugin", "check", "ends.ts"], { cwd, env });
    assert.equal(status, 1, stdout);
    assert.equal(
      stdout.trimEnd().split("\n").at(-1),
      "FAIL  lets the program run: ends.ts:6: it ended the program (status 0). A plugin must not end the program.",
    );
  }
});

test("a plugin's own test that ends the program is told, too", async (t) => {
  const cwd = folder(t);
  mkdirSync(join(cwd, "mine"));
  writeFileSync(join(cwd, "mine", "index.ts"), claiming("mine"));
  writeFileSync(join(cwd, "mine", "index.test.ts"), "\nprocess.exit(0);\nexport default [];\n");
  const ended = await dramabot(["plugin", "check", "mine"], { cwd, env });
  assert.equal(ended.status, 1, ended.stdout);
  assert.match(
    ended.stdout,
    /\nFAIL {2}lets the program run: mine\/index\.test\.ts:2: it ended the program \(status 0\)\./,
  );
});

test("plugin list, lookup, doctor and playground fail when a plugin ends the program, after they are through as well", async (t) => {
  const cwd = folder(t);
  mkdirSync(join(cwd, "plugins"));
  // Only outside of the trial that each new plugin is given, whose process is no command that a person gave.
  const text = (late: boolean) => `import { definePlugin } from "dramabot/plugin";
const tried = process.argv.includes("probe");
export default definePlugin({ id: "ends", version: "1.0.0", api: 1,
  setup(ctx) {
    const end = () => {
      process.exit(0);
    };
    if (!tried) ${late ? 'process.once("beforeExit", end)' : "end()"};
  },
});
`;
  for (const [words, late] of [
    [["plugin", "list"], false],
    [["plugin", "list"], true],
    [["lookup", "mdl", "x"], false],
    [["doctor"], false],
    [["playground"], false],
  ] as const) {
    writeFileSync(join(cwd, "plugins", "ends.ts"), text(late));
    const { status, stderr } = await dramabot(words, { cwd, env: { ...env, PLUGINS_DIR: "plugins" } });
    assert.equal(status, 1, stderr);
    assert.match(
      stderr,
      /^plugins\/ends\.ts:6: it ended the program \(status 0\)\. A plugin must not end the program\.$/m,
    );
  }
});

test("plugin check tells each broken rule in a line, asks no network, and ends with status 1", async (t) => {
  const cwd = folder(t);
  writeFileSync(
    join(cwd, "bad.ts"),
    `import { definePlugin } from "dramabot/plugin";
export default definePlugin({
  id: "bad", version: "1.0.0", api: 1, permissions: { http: ["api.bad.example"] },
  samples: async () => ({ openSamples: () => ({ options: {}, fetch: () => new Response("fine") }) }),
  setup(ctx) {
    ctx.health.add({ name: "declared", check: (signal) => ctx.http.get("https://api.bad.example/", { signal }) });
    ctx.health.add({
      name: "undeclared",
      check: (signal) => ctx.http.get("https://other.example/", { signal }),
    });
    ctx.commands.add({ name: "echo", description: "Echo", run: (call) => call.reply("You: " + call.argument) });
  },
});
`,
  );
  const { status, stdout, stderr } = await dramabot(["plugin", "check", "bad.ts"], { cwd, env });
  assert.deepEqual([status, stderr], [1, ""]);
  assert.match(stdout, /^ok {4}health check declared is well while its service answers$/m);
  assert.match(
    stdout,
    /^FAIL {2}health check undeclared is well .*bad\.ts:9: other\.example is not among the hosts under permissions\.http\. Add the host to permissions\.http in definePlugin/m,
  );
  assert.match(stdout, /^FAIL {2}\/echo escapes what it repeats: /m);
});

test("plugin check ends with samples that never open or have a wrong form, and says what is wrong with them", async (t) => {
  const cwd = folder(t);
  const check = async (samples: string) => {
    const rest = `id: "odd", version: "1.0.0", api: 1, permissions: { http: ["api.odd.example"] }, setup() {}`;
    writeFileSync(join(cwd, "odd.js"), `export default { ${rest}, samples: async () => ${samples} };\n`);
    const { status, stdout } = await dramabot(["plugin", "check", "odd.js"], { cwd, env });
    return [status, stdout.trimEnd().split("\n").at(-1)];
  };
  const why = (what: string) =>
    `FAIL  has samples: odd.js: its samples cannot be opened: ${what}. Mend its samples(), or ask the plugin's author.`;
  assert.deepEqual(await check("new Promise(() => setInterval(() => {}, 1000))"), [
    1,
    why("they were not open within 5 s; look for what never settles"),
  ]);
  assert.deepEqual(await check("({ openSamples: () => ({ options: {}, fetch() {}, suggestions: {} }) })"), [
    1,
    why('"suggestions" of openSamples() must be a list of texts, but is of type object'),
  ]);
});

test("plugin check tells once what samples gave or threw instead of an answer, and shows no stack", async (t) => {
  const cwd = folder(t);
  const check = async (answer: string) => {
    const rest = 'id: "odd", version: "1.0.0", api: 1, permissions: { http: ["api.odd.example"] }';
    const samples = `samples: async () => ({ openSamples: () => ({ options: {},\nfetch: () => ${answer} }) })`;
    const ask = 'async (call) => { await ctx.http.get("https://api.odd.example/x", call); await call.reply("x"); }';
    const setup = `setup(ctx) { ctx.commands.add({ name: "odd", description: "d", run: ${ask} }); }`;
    writeFileSync(join(cwd, "odd.js"), `export default { ${rest}, ${samples}, ${setup} };\n`);
    const { status, stdout, stderr } = await dramabot(["plugin", "check", "odd.js"], { cwd, env });
    assert.deepEqual([status, stderr], [1, ""]);
    return stdout.split("\n").filter((line) => line.startsWith("FAIL  has sample answers"));
  };
  const told = (place: string, why: string) => [
    `FAIL  has sample answers: ${place}: its samples have no answer to GET /x: ${why}. Mend its samples(), or ask the plugin's author.`,
  ];
  const form = "fetch() of openSamples() must give a Response, but gives undefined";
  assert.deepEqual(await check("undefined"), told("odd.js", form));
  assert.deepEqual(await check('{ throw "s"; }'), told("odd.js", '"s" was thrown'));
  assert.deepEqual(await check('{ throw new Error("boom"); }'), told("odd.js:2", "boom"));
});

test("plugin check tells an option that samples give and the plugin does not take as theirs", async (t) => {
  const cwd = folder(t);
  const samples = "samples: async () => ({ openSamples: () => ({ options: { nope: 1 }, fetch() {} }) })";
  writeFileSync(
    join(cwd, "odd.js"),
    `export default { id: "odd", version: "1.0.0", api: 1, ${samples}, setup() {} };\n`,
  );
  const { status, stdout } = await dramabot(["plugin", "check", "odd.js"], { cwd, env });
  assert.equal(status, 1);
  const why = "the option nope that its own samples give is no option of this plugin; it takes none";
  assert.equal(stdout.trimEnd().split("\n").at(-1), `FAIL  takes its options: odd.js: ${why}.`);
});

test("plugin check fails for keys that nobody reads, and the bot takes such a plugin", async (t) => {
  const cwd = folder(t);
  mkdirSync(join(cwd, "plugins"));
  const text = claiming("mine")
    .replace("api: 1,", "api: 1,\n  permission: {},")
    .replace(" description:", ' audence: "owner", description:');
  writeFileSync(join(cwd, "plugins", "mine.ts"), text);
  const [check, list] = await Promise.all([
    dramabot(["plugin", "check", "plugins/mine.ts"], { cwd, env }),
    dramabot(["plugin", "list", "--json"], { cwd, env: { ...env, PLUGINS_DIR: "plugins" } }),
  ]);
  assert.equal(check.status, 1);
  assert.deepEqual(
    check.stdout.split("\n").filter((line) => line.startsWith("FAIL")),
    [
      'FAIL  has no unknown key: plugins/mine.ts:3: "permission" is no key of a definition, and has no effect. Write "permissions", or take it out.',
      'FAIL  /mine has no mistyped key: "audence" is no key of a command, and has no effect. Write "audience", or take it out',
    ],
  );
  const mine = (JSON.parse(list.stdout) as readonly { id: string; error: unknown }[]).find(({ id }) => id === "mine");
  assert.equal(mine?.error, null, list.stdout);
});

test("plugin check says what does not load", async (t) => {
  const cwd = folder(t);
  writeFileSync(join(cwd, "broken.ts"), "export default {\n");
  const { status, stdout } = await dramabot(["plugin", "check", "broken.ts"], { cwd, env });
  assert.equal(status, 1);
  assert.match(stdout, /^FAIL {2}loads: broken\.ts:\d: the syntax is broken: .*\n$/);
});

test("plugin check says where nothing is, and which plugin of the plugins folder was meant", async (t) => {
  const cwd = folder(t);
  const plugins = join(cwd, "plugins");
  mkdirSync(join(plugins, "tvmaze"), { recursive: true });
  writeFileSync(join(plugins, "tvmaze", "index.ts"), "");
  const check = async (path: string, more: Readonly<Record<string, string>> = { PLUGINS_DIR: "plugins" }) => {
    const { status, stdout } = await dramabot(["plugin", "check", path], { cwd, env: { ...env, ...more } });
    assert.equal(status, 1);
    return stdout;
  };
  const meant = "The plugins folder has plugins/tvmaze: dramabot plugin check plugins/tvmaze";
  assert.equal(await check("./tvmaze"), `FAIL  there is no ./tvmaze: nothing is at ${join(cwd, "tvmaze")}. ${meant}\n`);
  assert.equal(
    await check("tvmaz.ts"),
    `FAIL  there is no tvmaz.ts: nothing is at ${join(cwd, "tvmaz.ts")}. ${meant}\n`,
  );
  const nothing = `FAIL  there is no gone: nothing is at ${join(cwd, "gone")}. Give the path of the plugin's file or folder.\n`;
  assert.deepEqual([await check("gone"), await check("gone", {})], [nothing, nothing]);
});

/** A plugin with one command, on its line 4. */
const claiming = (name: string, id = "mine") => `import { definePlugin } from "dramabot/plugin";
export default definePlugin({ id: "${id}", version: "1.0.0", api: 1,
  setup(ctx) {
    ctx.commands.add({ name: "${name}", description: "Mine", run: (call) => call.reply("mine") });
  },
});
`;

test("plugin check fails for a name that is taken, by file and line, as the bot would", async (t) => {
  const cwd = folder(t);
  const rename = "Give the command another name";
  const other = "leave the other plugin out in bot.config.ts";
  for (const [name, told] of [
    ["mdl", `mine.ts:4: it claims /mdl, which plugin "mydramalist" has already. ${rename}, or ${other}.`],
    ["health", `mine.ts:4: it claims /health, which plugin "health" has already. ${rename}, or ${other}.`],
    ["help", `mine.ts:4: it claims /help, which the core has already. ${rename}.`],
  ] as const) {
    writeFileSync(join(cwd, "mine.ts"), claiming(name));
    const { status, stdout } = await dramabot(["plugin", "check", "mine.ts"], { cwd, env });
    assert.equal(status, 1);
    assert.equal(stdout.trimEnd().split("\n").at(-1), `FAIL  starts: ${told}`);
  }
  writeFileSync(join(cwd, "mine.ts"), claiming("mine", "imdb"));
  const { status, stdout } = await dramabot(["plugin", "check", "mine.ts"], { cwd, env });
  assert.equal(status, 1);
  assert.match(
    stdout,
    /\nFAIL {2}has an id of its own: mine\.ts:\d: there is a plugin "imdb" already\. Give it another id/,
  );
});

test("names that bot.config.ts leaves free are free for plugin check, and options under external are given", async (t) => {
  const cwd = folder(t);
  const text = claiming("mdl")
    .replace("api: 1,", "api: 1, options: v.strictObject({ key: v.string() }),")
    .replace("\n", '\nimport * as v from "valibot";\n');
  writeFileSync(join(cwd, "mine.ts"), text);
  writeFileSync(join(cwd, "config.ts"), 'export default { plugins: [], external: { mine: { key: "x" } } };\n');
  const words = ["plugin", "check", "mine.ts", "--config", "config.ts"];
  const { status, stdout, stderr } = await dramabot(words, { cwd, env });
  assert.deepEqual([status, stderr], [0, ""], stdout);
  assert.match(stdout, /^ok {4}brings: commands \/mdl$/m);
  const broken = await dramabot([...words.slice(0, 4), "none.ts"], { cwd, env });
  assert.deepEqual([broken.status, broken.stdout], [78, ""]);
  assert.match(broken.stderr, /--config holds "none\.ts"; wanted: a file/);
});

test("plugin check tries what the plugin itself brought, and nothing of those beside it", async (t) => {
  const cwd = folder(t);
  writeFileSync(join(cwd, "mine.ts"), claiming("mine"));
  const { status, stdout } = await dramabot(["plugin", "check", "mine.ts"], { cwd, env });
  assert.equal(status, 0, stdout);
  const about = stdout.trimEnd().split("\n").slice(4);
  assert.match(stdout, /^ok {4}starts\nok {4}brings: commands \/mine$/m);
  assert.ok(about.length > 3, stdout);
  for (const line of about.slice(1)) assert.match(line, /^ok {4}\/mine /);
});
