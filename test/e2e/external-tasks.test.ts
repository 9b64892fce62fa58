import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createPlayground } from "../../core/playground/index.ts";
import { dataFolder, followLog, startBot } from "./bot.ts";

const plugin = `import { definePlugin } from "dramabot/plugin";
export default definePlugin({
  id: "shout", version: "1.0.0", api: 1,
  tasks: new URL("./tasks.ts", import.meta.url),
  setup(ctx) {
    ctx.commands.add({ name: "shout", description: "Say it loud", async run({ argument, reply, signal }) {
      try {
        await reply(await ctx.workers.run<string>("shout", argument, { signal }));
      } catch (error) {
        await reply("No: " + (error as Error).message);
      }
    } });
  },
});
`;

const tasks = `import { cutAtWord } from "dramabot/plugin";
import * as v from "valibot";
import { sign } from "./sign.ts";
export const shout = (text: unknown): string => cutAtWord(v.parse(v.string(), text), 12).toUpperCase() + sign;
`;

test("a plugin's own task module runs in threads, with the plugin API and valibot, and is read anew when it changed", async (t) => {
  const desk = await createPlayground();
  t.after(() => desk.dispose());
  const data = dataFolder(t);
  const folder = join(data, "plugins", "shout");
  mkdirSync(folder, { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write("index.ts", plugin);
  write("tasks.ts", tasks);
  write("sign.ts", `export const sign: string = "!";\n`);
  const bot = startBot(desk, data, { PLUGINS_DIR: "plugins", LOG_LEVEL: "INFO" });
  const ended = once(bot, "exit");
  const reached = followLog(bot);
  await reached("answers as @");

  const userId = desk.users[0]?.id ?? 0;
  const answer = async (text: string) => {
    const before = desk.calls.length;
    desk.world.send({ chatId: userId, userId, text });
    await desk.waitFor((call) => desk.calls.indexOf(call) >= before && call.method === "sendMessage" && call.ok, {
      timeout: 20_000,
    });
    return desk.world.messages(userId).at(-1)?.text;
  };
  assert.equal(await answer("/shout hello there world"), "HELLO THERE…!");

  write("sign.ts", `export const sign: string = "?";\n`);
  bot.kill("SIGHUP");
  await reached(`\\"shout\\" 1.0.0 was loaded`);
  assert.equal(await answer("/shout hello there world"), "HELLO THERE…?");

  write("tasks.ts", "\nexport const shout = [1;\n");
  bot.kill("SIGHUP");
  await reached(`\\"shout\\" stays as it was: plugins/shout/tasks.ts:2: the syntax is broken`);
  assert.equal(await answer("/shout still the same"), "STILL THE…?");

  bot.kill("SIGTERM");
  assert.deepEqual(await ended, [0, null]);
});
