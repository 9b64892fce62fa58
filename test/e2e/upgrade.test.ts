import assert from "node:assert/strict";
import { once } from "node:events";
import { linkSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { createPlayground } from "../../core/playground/index.ts";
import { dataFolder, followLog, startBot } from "./bot.ts";
import { executable, unnamed } from "./executable.ts";

const plugin = (version: number) => `export default { id: "word", version: "1.0.${version}", api: 1, setup() {} };\n`;

test("an executable that is replaced while it runs tries new plugins by itself, not by what has its name", {
  skip: unnamed || (process.platform !== "linux" && "only Linux tells which file runs"),
}, async (t) => {
  const desk = await createPlayground();
  t.after(() => desk.dispose());
  const data = dataFolder(t);
  const file = join(data, "plugins", "word.mjs");
  mkdirSync(join(data, "plugins"));
  writeFileSync(file, plugin(1));
  // A second name of the file that is tested: beside it, for no link leads to another file system.
  const copy = join(dirname(executable ?? ""), `upgraded-${process.pid}`);
  linkSync(executable ?? "", copy);
  t.after(() => rmSync(copy, { force: true }));
  const bot = startBot(desk, data, { PLUGINS_DIR: "plugins", LOG_LEVEL: "INFO" }, { command: [copy, ["run"]] });
  const ended = once(bot, "exit");
  const reached = followLog(bot);
  await reached("answers as @");
  rmSync(copy);
  for (const [version, put] of [
    [2, () => undefined],
    [3, () => writeFileSync(copy, "#!/bin/sh\nexit 3\n", { mode: 0o755 })],
  ] as const) {
    put();
    writeFileSync(file, plugin(version));
    bot.kill("SIGHUP");
    await reached(`\\"word\\" 1.0.${version} was loaded`);
  }
  bot.kill("SIGTERM");
  assert.deepEqual(await ended, [0, null]);
});
