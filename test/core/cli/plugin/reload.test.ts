import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { createPlayground } from "../../../../core/playground/index.ts";
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

test("a running bot loads a changed plugin on SIGHUP, and keeps the old one when the new one is broken", async (t) => {
  const cwd = folder(t);
  const desk = await createPlayground();
  t.after(() => desk.dispose());
  mkdirSync(join(cwd, "plugins"));
  const write = (text: string) => writeFileSync(join(cwd, "plugins", "word.ts"), text);
  write(says("one"));
  const env = {
    PATH: process.env.PATH,
    BOT_TOKEN: desk.token,
    OWNER_ID: "1",
    TELEGRAM_API_ROOT: desk.apiRoot,
    PORT: "0",
    LOG_FORMAT: "json",
    PLUGINS_DIR: "plugins",
  };
  const [command, words] = program("run");
  const child = spawn(command, words, { cwd, env, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  t.after(async () => {
    child.kill("SIGTERM");
    await ended;
  });
  const told: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const { message } = JSON.parse(line) as { message: string }; // the log's own records
    if (message.includes("answers as @")) {
      write(says("second"));
      child.kill("SIGHUP");
    }
    if (!message.startsWith('Plugin "word"')) continue;
    told.push(message);
    if (told.length === 2) break;
    write("export default {\n");
    child.kill("SIGHUP");
  }
  assert.equal(told[0], 'Plugin "word" 1.0.0 was loaded from plugins/word.ts.');
  assert.match(told[1] ?? "", /^Plugin "word" stays as it was: plugins\/word\.ts:\d: the syntax is broken/);
});
