import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { createPlayground } from "../../../../core/playground/index.ts";
import type { HealthReport } from "../../../../core/plugin/index.ts";
import { visitPlayground } from "../../../playground/visitor.ts";
import { program } from "../../../program.ts";
import { folder } from "../cli.ts";

const says = (word: string) => `import { definePlugin } from "dramabot/plugin";
export default definePlugin({ id: "word", version: "1.0.0", api: 1, setup(ctx) {
  ctx.commands.add({ name: "word", description: "Say it", async run(call) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    await call.reply("${word} " + call.argument.replace(/[^0-9]/g, ""));
  } });
} });
`;

async function stage(t: TestContext) {
  const cwd = folder(t);
  mkdirSync(join(cwd, "plugins"));
  const write = (text: string) => writeFileSync(join(cwd, "plugins", "word.ts"), text);
  write(says("one"));
  const env = { PLUGINS_DIR: "plugins", REQUESTS_PER_MINUTE: "100000" };
  return { cwd, write, visitor: await visitPlayground(t, { cwd, env }) };
}

const isText =
  (wanted: RegExp) =>
  ({ text = "" }: { readonly text?: string }) =>
    wanted.test(text);

test("a changed plugin is loaded anew; one that breaks is told in the chat and keeps running; one that goes is gone", async (t) => {
  const { cwd, write, visitor } = await stage(t);
  await visitor.ask("/word 1", isText(/^one 1$/));
  await visitor.after(() => write(says("second")), isText(/Plugins were loaded anew\.$/));
  await visitor.ask("/word 2", isText(/^second 2$/));
  await visitor.after(
    () => write("export default {\n"),
    isText(/\nplugins\/word\.ts:\d: the syntax is broken: .* Mend it there\.$/),
  );
  await visitor.ask("/word 3", isText(/^second 3$/));
  const before = (await visitor.state()).messages.length;
  await visitor.after(
    () => rmSync(join(cwd, "plugins", "word.ts")),
    ({ message_id, text = "" }) => message_id > before && /Plugins were loaded anew\.$/.test(text),
  );
  await visitor.ask("/word 4", ({ text = "" }) => !text.startsWith("second") && !text.startsWith("🧩"));
});

test("updates that come while a plugin is loaded anew are all answered once, by the old one or the new", async (t) => {
  const { write, visitor } = await stage(t);
  await visitor.ask("/word 0", isText(/^one 0$/));
  let sent = 0;
  const reloaded = visitor.after(() => write(says("second")), isText(/Plugins were loaded anew\.$/));
  let done = false;
  void reloaded.then(() => {
    done = true;
  });
  while (!done || sent < 20) await visitor.send(`/word ${++sent}`);
  await reloaded;
  await visitor.ask(`/word ${++sent}`, isText(new RegExp(`^second ${sent}$`)));
  const { messages, bot } = await visitor.state();
  const answers = messages
    .filter(({ from }) => from.id === bot.id)
    .flatMap(({ text = "" }) => /^(?:one|second) (\d+)$/.exec(text)?.[1] ?? []);
  const last = Array.from({ length: Math.min(sent, 50) }, (_, index) => String(sent - index));
  for (const number of last)
    assert.equal(answers.filter((each) => each === number).length, 1, `/word ${number} of ${sent}`);
});

test("a plugin whose file moves runs from the new one, and answers once", async (t) => {
  const { cwd, visitor } = await stage(t);
  await visitor.ask("/word 1", isText(/^one 1$/));
  const plugins = join(cwd, "plugins");
  await visitor.after(() => renameSync(join(plugins, "word.ts"), join(plugins, "moved.ts")), isText(/loaded anew\.$/));
  await visitor.ask("/word 2", isText(/^one 2$/));
  await visitor.ask("/word 3", isText(/^one 3$/));
  const { messages } = await visitor.state();
  assert.equal(messages.filter(({ text }) => text === "one 2").length, 1);
});

interface Bot {
  /** Has the folder looked at. */
  hangUp(): void;
  /** Takes the next log record that a condition holds for; until then none may be an unwanted one, which any about a plugin is. */
  next(wanted: RegExp, unwanted?: RegExp): Promise<string>;
  /** Each plugin of the folder with its state. */
  health(): Promise<readonly string[]>;
  metrics(): Promise<string>;
}

/** A bot that runs with these files in its plugins folder, against an emulator. */
async function runBot(
  t: TestContext,
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<Bot> {
  const desk = await createPlayground();
  t.after(() => desk.dispose());
  const [command, words] = program("run");
  const child = spawn(command, words, {
    cwd,
    env: {
      PATH: process.env.PATH,
      BOT_TOKEN: desk.token,
      OWNER_ID: "1",
      TELEGRAM_API_ROOT: desk.apiRoot,
      PORT: "0",
      LOG_FORMAT: "json",
      PLUGINS_DIR: "plugins",
      ...env,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  t.after(async () => {
    child.kill("SIGTERM");
    await ended;
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (wanted: RegExp, unwanted = /^Plugin "/) => {
    const passed: string[] = [];
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`the bot ended, and said: ${passed.join("\n")}`);
      const { message } = JSON.parse(value) as { message: string }; // the log's own records
      if (wanted.test(message)) return message;
      assert.doesNotMatch(message, unwanted, `while ${wanted} was waited for`);
      passed.push(message);
    }
  };
  const [url] = /http:\S+$/.exec(await next(/answers as @/, /^$/)) ?? [];
  return {
    hangUp: () => void child.kill("SIGHUP"),
    next,
    async health() {
      const { plugins } = (await (await fetch(`${url}/health`)).json()) as HealthReport; // the program's own
      const builtIn = ["mydramalist", "imdb", "health"];
      return plugins.filter(({ id }) => !builtIn.includes(id)).map(({ id, state }) => `${id} ${state}`);
    },
    metrics: async () => await (await fetch(`${url}/metrics`)).text(),
  };
}

/** A folder with these plugins. */
function pluginsFolder(t: TestContext, files: Readonly<Record<string, string>>) {
  const cwd = folder(t);
  const write = (name: string, text: string) => writeFileSync(join(cwd, "plugins", name), text);
  mkdirSync(join(cwd, "plugins"));
  for (const [name, text] of Object.entries(files)) write(name, text);
  return { cwd, write };
}

const has = (id: string, command: string, first = "") => `export default {
  id: "${id}", version: "1.0.0", api: 1, setup(ctx: any) {
    ${first}
    ctx.commands.add({ name: "${command}", description: "Say it", run: () => undefined });
} };
`;

test("a running bot loads a changed plugin on SIGHUP, and keeps the old one when the new one is broken or cannot be set up", async (t) => {
  const { cwd, write } = pluginsFolder(t, { "word.ts": says("one") });
  const bot = await runBot(t, { cwd });
  write("word.ts", says("second"));
  bot.hangUp();
  const loaded = 'Plugin "word" 1.0.0 was loaded from plugins/word.ts.';
  assert.equal(await bot.next(/^Plugin/), loaded);
  write("word.ts", "export default {\n");
  bot.hangUp();
  assert.match(await bot.next(/^Plugin/), /^Plugin "word" stays as it was: plugins\/word\.ts:\d: the syntax is broken/);
  write("word.ts", has("word", "word", 'throw new Error("boom");'));
  bot.hangUp();
  assert.equal(
    await bot.next(/^Plugin/),
    'Plugin "word" stays as it was: plugins/word.ts:3: setup threw: boom. Mend it, or ask the plugin\'s author.',
  );
  write("word.ts", has("word", "mdl"));
  bot.hangUp();
  assert.match(
    await bot.next(/^Plugin/),
    /^Plugin "word" stays as it was: plugins\/word\.ts:4: it claims \/mdl, which plugin "mydramalist" has already\./,
  );
  assert.deepEqual(await bot.health(), ["word active"]);
  write("word.ts", says("third"));
  bot.hangUp();
  assert.equal(await bot.next(/^Plugin/), loaded);
});

test("one SIGHUP is enough for plugins that swap their commands, or wait for one that becomes free", async (t) => {
  const { cwd, write } = pluginsFolder(t, {
    "aa.ts": has("aa", "xx"),
    "bb.ts": has("bb", "yy"),
    "late.ts": has("late", "xx"),
  });
  const bot = await runBot(t, { cwd });
  assert.deepEqual(await bot.health(), ["aa active", "bb active", "late failed"]);
  write("aa.ts", has("aa", "yy"));
  write("bb.ts", has("bb", "xx"));
  bot.hangUp();
  assert.equal(await bot.next(/^Plugin/), 'Plugin "aa" 1.0.0 was loaded from plugins/aa.ts.');
  assert.equal(await bot.next(/^Plugin/), 'Plugin "bb" 1.0.0 was loaded from plugins/bb.ts.');
  assert.deepEqual((await bot.health()).toSorted(), ["aa active", "bb active", "late failed"]);
  write("bb.ts", has("bb", "zz"));
  bot.hangUp();
  assert.equal(await bot.next(/^Plugin/), 'Plugin "bb" 1.0.0 was loaded from plugins/bb.ts.');
  assert.equal(await bot.next(/^Plugin/), 'Plugin "late" 1.0.0 was loaded from plugins/late.ts.');
});

test("a second file with an id of one that runs is left out under a name of its own, and takes over when the first goes", async (t) => {
  const { cwd, write } = pluginsFolder(t, { "word.ts": has("word", "word") });
  const bot = await runBot(t, { cwd });
  write("copy.ts", `const n = 1;\n${has("word", "word")}`);
  bot.hangUp();
  assert.equal(
    await bot.next(/^Plugin/),
    'Plugin "word" was left out: plugins/copy.ts:3: there is a plugin "word" already. Give it another id, or take one of them away.',
  );
  assert.deepEqual(await bot.health(), ["word active", "word (plugins/copy.ts) failed"]);
  const shown = (await bot.metrics()).match(/^dramabot_plugin_state\{plugin="word.*$/gm);
  assert.deepEqual(shown, [
    'dramabot_plugin_state{plugin="word",state="active"} 1',
    'dramabot_plugin_state{plugin="word (plugins/copy.ts)",state="failed"} 1',
  ]);
  rmSync(join(cwd, "plugins", "word.ts"));
  bot.hangUp();
  assert.equal(await bot.next(/^Plugin/), 'Plugin "word" 1.0.0 was loaded from plugins/copy.ts.');
});

test("a bot that watches follows a plugins folder that comes later, and another one in its place", async (t) => {
  const cwd = folder(t);
  const bot = await runBot(t, { cwd, env: { PLUGINS_WATCH: "true" } });
  const make = (name: string, text: string) => {
    mkdirSync(join(cwd, name));
    writeFileSync(join(cwd, name, "word.ts"), text);
  };
  make("first", says("one"));
  renameSync(join(cwd, "first"), join(cwd, "plugins"));
  const loaded = 'Plugin "word" 1.0.0 was loaded from plugins/word.ts.';
  assert.equal(await bot.next(/was loaded/, /stays|left out/), loaded);
  make("next", says("second"));
  renameSync(join(cwd, "plugins"), join(cwd, "old"));
  renameSync(join(cwd, "next"), join(cwd, "plugins"));
  assert.equal(await bot.next(/was loaded/, /stays|left out/), loaded);
  writeFileSync(join(cwd, "plugins", "word.ts"), says("third"));
  assert.equal(await bot.next(/was loaded/, /stays|left out/), loaded);
});

test("a bot that watches notices each file that is replaced by another, as editors do when they save", async (t) => {
  const { cwd, write } = pluginsFolder(t, { "word.ts": has("word", "word") });
  const tail = join("whole", "lib", "tail.ts");
  mkdirSync(join(cwd, "plugins", "whole", "lib"), { recursive: true });
  write(tail, 'export const version = "1.0.0";');
  write(
    join("whole", "index.ts"),
    'import { version } from "./lib/tail.ts"; export default { id: "whole", version, api: 1, setup() {} };',
  );
  const bot = await runBot(t, { cwd, env: { PLUGINS_WATCH: "true" } });
  const replace = (name: string, text: string) => {
    write("_next", text);
    renameSync(join(cwd, "plugins", "_next"), join(cwd, "plugins", name));
  };
  const word = (version: string) => has("word", "word").replace("1.0.0", version);
  for (const version of ["1.0.1", "1.0.2", "1.0.3", "1.0.4", "1.0.5", "1.0.6"]) {
    replace("word.ts", word(version));
    assert.equal(await bot.next(/^Plugin/), `Plugin "word" ${version} was loaded from plugins/word.ts.`);
  }
  write("word.ts", word("1.0.7"));
  assert.equal(await bot.next(/^Plugin/), 'Plugin "word" 1.0.7 was loaded from plugins/word.ts.');
  for (const version of ["1.0.1", "1.0.2"]) {
    replace(tail, `export const version = "${version}";`);
    assert.equal(await bot.next(/^Plugin/), `Plugin "whole" ${version} was loaded from plugins/whole/index.ts.`);
  }
  write(tail, 'export const version = "1.0.3";');
  assert.equal(await bot.next(/^Plugin/), 'Plugin "whole" 1.0.3 was loaded from plugins/whole/index.ts.');
  replace("word.ts", word("1.0.8"));
  assert.equal(await bot.next(/^Plugin/), 'Plugin "word" 1.0.8 was loaded from plugins/word.ts.');
  rmSync(join(cwd, "plugins", "word.ts"));
  assert.equal(await bot.next(/^Plugin/), 'Plugin "word" was taken away: plugins/word.ts is gone.');
});

test("a bot that watches loads a plugin once more whose file changed while it was loaded", async (t) => {
  const { cwd, write } = pluginsFolder(t, { "_count.ts": "export const count = 1;" });
  // It is loaded twice at first: in a process of its own, and in the bot.
  write(
    "word.ts",
    `import { writeFileSync } from "node:fs"; import { count } from "./_count.ts";
    if (count < 4) writeFileSync(new URL("_count.ts", import.meta.url), \`export const count = \${count + 1};\`);
    export default { id: "word", version: \`1.0.\${count}\`, api: 1, setup() {} };`,
  );
  const bot = await runBot(t, { cwd, env: { PLUGINS_WATCH: "true" } });
  assert.equal(await bot.next(/^Plugin/), 'Plugin "word" 1.0.4 was loaded from plugins/word.ts.');
});

test("a plugin that lacks a package is loaded when that was installed", async (t) => {
  const { cwd, write } = pluginsFolder(t, {
    "word.ts": 'import version from "three"; export default { id: "word", version, api: 1, setup() {} };',
  });
  const bot = await runBot(t, { cwd, env: { PLUGINS_WATCH: "true" } });
  mkdirSync(join(cwd, "plugins", "_next", "three"), { recursive: true });
  write(join("_next", "three", "package.json"), '{ "name": "three", "type": "module", "exports": "./index.js" }');
  write(join("_next", "three", "index.js"), 'export default "3.0.0";');
  renameSync(join(cwd, "plugins", "_next"), join(cwd, "plugins", "node_modules"));
  assert.equal(await bot.next(/^Plugin/), 'Plugin "word" 3.0.0 was loaded from plugins/word.ts.');
});
