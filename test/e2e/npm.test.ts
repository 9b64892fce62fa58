import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { createPlayground } from "../../core/playground/index.ts";
import { dataFolder } from "./bot.ts";

test("npm start passes SIGTERM on to the bot, and waits for it", async (t) => {
  const desk = await createPlayground();
  t.after(() => desk.dispose());
  const npm = spawn("npm", ["start"], {
    cwd: fileURLToPath(new URL("../../", import.meta.url)),
    // A group of its own, which ends with the test whatever becomes of npm.
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      BOT_TOKEN: desk.token,
      OWNER_ID: "1",
      TELEGRAM_API_ROOT: desk.apiRoot,
      DATA_DIR: dataFolder(t),
      PORT: "0",
      LOG_FORMAT: "text",
    },
  });
  const { pid = assert.fail("npm was not started") } = npm;
  t.after(() => {
    try {
      process.kill(-pid, "SIGKILL");
    } catch (error) {
      // ESRCH: nothing of the group is left, as it should be.
      if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
    }
  });
  let log = "";
  npm.stdout.setEncoding("utf8").on("data", (piece: string) => {
    log += piece;
  });
  await desk.waitFor(({ method }) => method === "setMyCommands", { timeout: 30_000 });
  npm.kill("SIGTERM");
  const [status] = await once(npm, "close");
  assert.equal(status, 0, log);
  assert.match(log, /INFO {2}main: Stopped\.\n/);
});
