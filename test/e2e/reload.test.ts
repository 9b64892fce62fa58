import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createPlayground } from "../../core/playground/index.ts";
import { dataFolder, followLog, startBot } from "./bot.ts";

const PEOPLE = 50;
const RELOADS = 5;

/** A plugin whose answers name the version that gave them. */
const echo = (version: number) => `import { definePlugin } from "dramabot/plugin";
export default definePlugin({ id: "echo", version: "1.0.${version}", api: 1, setup(ctx) {
  ctx.commands.add({ name: "echo", description: "Say it", async run(call) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    await call.reply("${version}: " + call.argument);
  } });
} });
`;

test("a plugin that is loaded anew under load costs no update, and the old one ends what it began", async (t) => {
  const users = Array.from({ length: PEOPLE }, (_, index) => ({
    id: 6_000_000_001 + index,
    is_bot: false,
    first_name: `Person ${index}`,
  }));
  const desk = await createPlayground({ users });
  t.after(() => desk.dispose());
  const data = dataFolder(t);
  const file = join(data, "plugins", "echo.ts");
  mkdirSync(join(data, "plugins"));
  writeFileSync(file, echo(0));
  const environment = { PLUGINS_DIR: "plugins", LOG_LEVEL: "INFO", REQUESTS_PER_MINUTE: "100000" };
  const bot = startBot(desk, data, environment);
  const ended = once(bot, "exit");
  const reached = followLog(bot);
  await reached("answers as @");

  let sent = 0;
  const work = { isDone: false };
  const asking = async () => {
    while (!work.isDone) {
      for (const { id } of users.slice(sent % 2 === 0 ? 0 : PEOPLE / 2).slice(0, PEOPLE / 2))
        desk.world.send({ chatId: id, userId: id, text: `/echo ${++sent}` });
      await sleep(200);
    }
  };
  const asked = asking();
  for (let version = 1; version <= RELOADS; version++) {
    await sleep(100);
    writeFileSync(file, echo(version));
    bot.kill("SIGHUP");
    await reached(`\\"echo\\" 1.0.${version} was loaded`);
  }
  work.isDone = true;
  await asked;

  const answered = () =>
    users
      .flatMap(({ id }) => desk.world.messages(id))
      .flatMap(({ text }) => /^\d: (\d+)$/.exec(text ?? "")?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
  for (let waited = 0; answered().length < sent && waited < 20_000; waited += 20) await sleep(20);
  assert.deepEqual(
    answered(),
    Array.from({ length: sent }, (_, index) => index + 1),
    "every update has one answer",
  );
  bot.kill("SIGTERM");
  assert.deepEqual(await ended, [0, null]);
  t.diagnostic(`${sent} updates over ${RELOADS} reloads`);
});
