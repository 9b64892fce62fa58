import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Message } from "../../core/playground/protocol.ts";
import { visitPlayground } from "../playground/visitor.ts";
import { program } from "../program.ts";

const DOCUMENT = readFileSync(new URL("../../docs/plugins.md", import.meta.url), "utf8");
const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The fenced blocks of a language, in order. */
function blocks(language: string): readonly string[] {
  return [...DOCUMENT.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].flatMap(([, of, text = ""]) =>
    of === language ? [text] : [],
  );
}

/** The block that holds a text. */
function block(language: string, part: string): string {
  const found = blocks(language).find((text) => text.includes(part));
  assert.ok(found, `docs/plugins.md has no ${language} block with ${part}`);
  return found;
}

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "dramabot-docs-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function run(words: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}) {
  const [command, all] = program(...words);
  const child = spawn(command, all, {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (piece: string) => {
      output += piece;
    });
  }
  const status = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { status, output };
}

/** The callback data of the first button. */
function firstButton(message: Message): string {
  return message.reply_markup?.inline_keyboard[0]?.[0]?.callback_data ?? "";
}

const hasButtons = ({ reply_markup: keyboard }: Message) => (keyboard?.inline_keyboard.length ?? 0) > 1;

test("the commands of the document, at most five, lead from nothing to a card in the playground", async (t) => {
  const cwd = folder(t);
  const commands = block("sh", "plugin new").trim().split("\n");
  assert.ok(commands.length <= 5);
  const env: Record<string, string> = {};
  const words: string[][] = [];
  for (const command of commands) {
    const [, name = "", value = ""] = /^export (\w+)=(\S+)$/.exec(command) ?? [];
    if (name !== "") env[name] = value;
    else words.push(command.replace(/^dramabot /, "").split(" "));
  }
  const [last, ...more] = words.pop() ?? [];
  assert.equal(last, "playground");
  for (const one of words) {
    const { status, output } = await run(one, cwd, env);
    assert.equal(status, 0, output);
  }
  const visitor = await visitPlayground(t, { cwd, env, words: more });
  const [, asked = ""] = /send `(\/\w+ \w+)`/.exec(DOCUMENT) ?? [];
  const results = await visitor.ask(asked, hasButtons);
  const card = await visitor.press(results, firstButton(results), ({ photo }) => photo !== undefined);
  assert.match(card.caption ?? "", /^The Harbour \(2021\)\n\nA pilot boat/);
});

test("every TypeScript example compiles", async (t) => {
  const cwd = folder(t);
  const examples = blocks("ts");
  assert.ok(examples.length >= 5);
  for (const [index, text] of examples.entries()) writeFileSync(join(cwd, `example${index}.ts`), text);
  await run(["plugin", "types", cwd], cwd);
  try {
    execFileSync(join(ROOT, "node_modules/.bin/tsc"), ["--project", cwd], { encoding: "utf8" });
  } catch (error) {
    assert.fail(String(error instanceof Error && "stdout" in error ? error.stdout : error));
  }
});

test("every example runs: plugins start, the configuration chooses them, samples answer, tests pass", async (t) => {
  const cwd = folder(t);
  const plugins = join(cwd, "plugins");
  mkdirSync(join(plugins, "quotes"), { recursive: true });
  writeFileSync(join(plugins, "hello.ts"), block("ts", 'id: "hello"'));
  writeFileSync(join(plugins, "weather.ts"), block("ts", 'id: "weather"'));
  writeFileSync(join(plugins, "quotes", "index.ts"), block("ts", 'id: "quotes"'));
  writeFileSync(join(plugins, "quotes", "index.test.ts"), block("ts", "ContractCase[] ="));
  writeFileSync(join(cwd, "bot.config.ts"), block("ts", "defineConfig({"));
  const env = { PLUGINS_DIR: "plugins", WEATHER_URL: "https://w.example" };
  const list = async (...words: readonly string[]) => {
    const { output } = await run(["plugin", "list", "--json", ...words], cwd, env);
    return (JSON.parse(output) as { id: string; state: string }[]).map(({ id, state }) => `${id} ${state}`);
  };
  assert.deepEqual((await list()).slice(-3), ["hello active", "quotes active", "weather active"]);
  assert.deepEqual(await list("--config", "bot.config.ts"), [
    "mydramalist active",
    "health active",
    "quotes active",
    "weather active",
    "hello left out",
  ]);
  for (const path of ["plugins/hello.ts", "plugins/quotes"]) {
    const { status, output } = await run(["plugin", "check", path], cwd);
    assert.equal(status, 0, output);
    if (path.endsWith("quotes")) assert.match(output, /^ok +index\.test\.ts: two and two are four$/m);
  }
  const { output } = await run(["config"], cwd, { ...env, WEATHER_KEY: "hunter22" });
  assert.match(output, /^WEATHER_KEY +•••• \(8 characters\) +\(environment\)$/m);
});

test("the example with a task counts words in a thread", async (t) => {
  const cwd = folder(t);
  mkdirSync(join(cwd, "plugins", "words"), { recursive: true });
  writeFileSync(join(cwd, "plugins", "words", "index.ts"), block("ts", 'id: "words"'));
  writeFileSync(join(cwd, "plugins", "words", "tasks.ts"), block("ts", "countWords("));
  const visitor = await visitPlayground(t, { cwd, env: { PLUGINS_DIR: "plugins" } });
  const { text } = await visitor.ask("/words A rose is a rose.", ({ from }) => from.is_bot);
  assert.equal(text, "3 different words");
});

test("the messages of the document are the program's", async (t) => {
  const cwd = folder(t);
  mkdirSync(join(cwd, "plugins"));
  const [syntax = "", taken = "", api = ""] = block("", "plugins/hello.ts:7").trim().split("\n");
  for (const [text, told] of [
    ["\n\n\n\nexport default {\n  list: [1, 2\n};\n", syntax],
    [block("ts", 'name: "hello",').replace('name: "hello"', 'name: "mdl"'), taken],
    ['export default { id: "hello", version: "1.0.0", setup() {},\n  api: 2 };\n', api],
  ] as const) {
    writeFileSync(join(cwd, "plugins", "hello.ts"), text);
    const { output } = await run(["plugin", "list"], cwd, { PLUGINS_DIR: "plugins" });
    assert.ok(output.includes(`  error: ${told}\n`), output);
  }
});

test("the sample plugin, copied into the plugins folder, answers in the playground, beside one that does not load", async (t) => {
  const cwd = folder(t);
  mkdirSync(join(cwd, "plugins"));
  copyFileSync(new URL("../../examples/plugins/tvmaze.ts", import.meta.url), join(cwd, "plugins", "tvmaze.ts"));
  writeFileSync(join(cwd, "plugins", "bad.ts"), "export default {\n");
  const visitor = await visitPlayground(t, { cwd, env: { PLUGINS_DIR: "plugins" } });
  const { problems, suggestions } = await visitor.state();
  assert.match(problems.join("\n"), /^plugins\/bad\.ts:\d: the syntax is broken: .*\. Mend it there\.$/);
  assert.ok(suggestions.includes("/tvmaze girls"));
  const results = await visitor.ask("/tvmaze girls", hasButtons);
  const card = await visitor.press(results, firstButton(results), ({ photo }) => photo !== undefined);
  assert.match(card.caption ?? "", /^Girls \(2012\)\n.*\nTVmaze \(CC BY-SA\)$/s);
});
