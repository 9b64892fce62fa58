import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { pluginProblems, reloadMessage, samplesFault, samplesProblem } from "../../../../core/cli/plugin/problems.ts";
import { visitPlayground } from "../../../playground/visitor.ts";
import { program } from "../../../program.ts";
import { folder } from "../cli.ts";
import { badPlugins } from "./files.ts";

const since = "2026-01-01T00:00:00.000Z";

test("every plugin that failed is told in one line, by its file or else its id, and nothing twice", () => {
  const entry = (id: string, detail?: string) => ({
    id,
    version: "1.0.0",
    state: "failed" as const,
    since,
    ...(detail && { detail }),
  });
  const plugins = [
    entry("placed", "plugins/placed.ts:3: it is broken. Mend it."),
    entry("ours", "no disk\nno fun"),
    { ...entry("fine"), state: "active" as const },
  ];
  const others = ["plugins/placed.ts:3: it is broken. Mend it.", "plugins/kept.ts:1: it is broken. Mend it."];
  assert.deepEqual(pluginProblems(plugins, { places: ["plugins/placed.ts"], others }), [
    "plugins/placed.ts:3: it is broken. Mend it.",
    'Plugin "ours": no disk no fun',
    "plugins/kept.ts:1: it is broken. Mend it.",
  ]);
});

test("the chat's message names each problem, and is never longer than Telegram takes", () => {
  assert.equal(reloadMessage([]), "🧩 Plugins were loaded anew.");
  assert.equal(reloadMessage(["a", "b"]), "🧩 Plugins were loaded anew.\na\nb");
  const long = reloadMessage(Array.from({ length: 99 }, () => "👩‍👩‍👧".repeat(20)));
  assert.ok(long.length <= 4_096 && long.isWellFormed() && long.endsWith("…"));
});

test("a fault of a plugin's samples is told with their file and line, where it is known", (t) => {
  const cwd = folder(t);
  const files = [join(cwd, "plugins", "sea", "index.ts")];
  const samples = join(cwd, "plugins", "sea", "samples.ts");
  mkdirSync(join(cwd, "plugins", "sea"), { recursive: true });
  writeFileSync(samples, "");
  const plugin = { id: "sea", files, from: "plugins/sea/index.ts" };
  const error = new Error("no such\ntitle.");
  error.stack = `Error: no such\n    at fetch (file://${samples}?v=1:7:3)\n    at file://${files[0]}:1:1`;
  const todo = "Mend its samples(), or ask the plugin's author.";
  assert.equal(
    samplesFault(plugin, { request: "GET /x", error }),
    `plugins/sea/samples.ts:7: its samples have no answer to GET /x: no such title. ${todo}`,
  );
  assert.equal(
    samplesFault(plugin, { request: "GET /x", error: "s" }),
    `plugins/sea/index.ts: its samples have no answer to GET /x: "s" was thrown. ${todo}`,
  );
  assert.equal(
    samplesProblem({ id: "sea" }, null),
    `Plugin "sea": its samples cannot be opened: null was thrown. ${todo}`,
  );
});

/** A playground with some of the bad plugins, and one that has no samples to open. */
async function stage(t: TestContext, names: readonly string[]) {
  const cwd = folder(t);
  mkdirSync(join(cwd, "plugins"));
  const write = (name: string, text: string) => writeFileSync(join(cwd, "plugins", name), text);
  for (const name of names) write(name, badPlugins[name]?.[0] ?? "");
  const unsampled = "samples: () => Promise.reject(new Error('none today.')), setup() {}";
  write("unsampled.ts", `export default { id: "unsampled", version: "1.0.0", api: 1, ${unsampled} };\n`);
  return { write, visitor: await visitPlayground(t, { cwd, env: { PLUGINS_DIR: "plugins", OPTIONS_KEY: "x" } }) };
}

test("the playground's page shows every plugin that failed, whatever the reason, and a reload names the one that fails", async (t) => {
  const names = ["astray.ts", "options.ts", "setup-throws.ts", "syntax.ts", "taken.ts", "twice.ts"];
  const { write, visitor } = await stage(t, names);
  const { problems } = await visitor.state();
  assert.equal(problems.length, names.length + 1, problems.join("\n"));
  for (const name of names) {
    const told = badPlugins[name]?.[1];
    assert.ok(told && problems.some((line) => told.test(line)), `${name} in ${problems.join("\n")}`);
  }
  assert.equal(
    problems.at(-1),
    "plugins/unsampled.ts:1: its samples cannot be opened: none today. Mend its samples(), or ask the plugin's author.",
  );
  // It loads well, and fails in setup.
  const failing = (badPlugins["setup-throws.ts"]?.[0] ?? "").replace("boom", "bang").replace("setup-throws", "new");
  const { text = "" } = await visitor.after(
    () => write("new.ts", failing),
    ({ text = "" }) => text.startsWith("🧩"),
  );
  assert.match(text, /^🧩 Plugins were loaded anew\.$/m);
  assert.match(text, /^plugins\/new\.ts:5: setup threw: bang\. Mend it, or ask the plugin's author\.$/m);
  assert.ok((await visitor.state()).problems.some((line) => line.startsWith("plugins/new.ts:5: ")));
});

test("what samples threw is shown on the playground's page from then on", async (t) => {
  const cwd = folder(t);
  mkdirSync(join(cwd, "plugins"));
  const lines = [
    'export default { id: "thrown", version: "1.0.0", api: 1, permissions: { http: ["a.example"] },',
    "  samples: async () => ({ openSamples: () => ({ options: {}, fetch() {",
    '    throw new Error("boom");',
    "  } }) }),",
    '  setup(ctx) { ctx.commands.add({ name: "thrown", description: "d", async run(call) {',
    '    await ctx.http.get("https://a.example/x", { signal: call.signal }); } }); } };',
  ];
  writeFileSync(join(cwd, "plugins", "thrown.js"), lines.join("\n"));
  const visitor = await visitPlayground(t, { cwd, env: { PLUGINS_DIR: "plugins" } });
  assert.deepEqual((await visitor.state()).problems, []);
  for (let time = 0; time < 2; time++) await visitor.ask("/thrown", () => true);
  assert.deepEqual((await visitor.state()).problems, [
    "plugins/thrown.js:3: its samples have no answer to GET /x: boom. Mend its samples(), or ask the plugin's author.",
  ]);
});

test("the playground ends when it is asked to while a plugin's samples are being opened", async (t) => {
  const cwd = folder(t);
  mkdirSync(join(cwd, "plugins"));
  const samples = 'samples() { process.stderr.write("opening"); return new Promise(() => {}); }';
  const rest = 'id: "hangs", version: "1.0.0", api: 1, setup() {}';
  writeFileSync(join(cwd, "plugins", "hangs.js"), `export default { ${rest}, ${samples} };\n`);
  const [command, words] = program("playground");
  const child = spawn(command, words, {
    cwd,
    env: { PATH: process.env.PATH, PLUGINS_DIR: "plugins" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  t.after(() => child.kill("SIGKILL"));
  const ended = once(child, "exit");
  let told = "";
  for await (const piece of child.stderr.setEncoding("utf8")) {
    if (told === "") child.kill("SIGTERM");
    told += piece;
  }
  await ended;
  assert.equal(told, "opening");
});
