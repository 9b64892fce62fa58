import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { createPlayground, type Playground } from "../../../core/playground/index.ts";
import { folder, MAIN, startBot } from "./cli.ts";

const world: { desk?: Playground } = {};

before(async () => {
  world.desk = await createPlayground();
});

after(() => world.desk?.dispose());

const EARLIEST = 'import { definePlugin } from "dramabot/plugin";\n';

/** A folder with a plugin whose third line is its `setup`'s first. */
function withPlugin(t: TestContext, setup: string, above = ""): string {
  const cwd = folder(t);
  mkdirSync(join(cwd, "plugins"));
  const text = `${EARLIEST}export default definePlugin({ id: "odd", version: "1.0.0", api: 1, setup(ctx) {\n${setup}\n} });\n${above}`;
  writeFileSync(join(cwd, "plugins", "odd.ts"), text);
  return cwd;
}

/** Runs the bot to its end; @param until what is logged when it is asked to stop, if it is. */
function start(t: TestContext, cwd: string, until?: string) {
  const child = startBot(t, cwd, world.desk);
  const said = { log: "", errors: "" };
  let asked = false;
  child.stdout.on("data", (piece: string) => {
    said.log += piece;
    if (!until || asked || !said.log.includes(until)) return;
    asked = true; // a second signal would end it at once
    child.kill("SIGTERM");
  });
  child.stderr.on("data", (piece: string) => {
    said.errors += piece;
  });
  return once(child, "close").then(([status]) => ({ status, ...said }));
}

const ended = (log: string) =>
  log
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ message }) => String(message).startsWith("The program was ended by "));

for (const [how, setup] of [
  ["in a timer", "setTimeout(() => process.exit(0), 50);"],
  [
    "with the status after which no supervisor tries again",
    "ctx.schedule.every(60_000, () => undefined); setTimeout(() => process.exit(78), 50);",
  ],
  [
    "and has the last word among the listeners for that",
    "process.removeAllListeners('exit'); process.on('exit', () => process.exit(0)); setTimeout(() => process.exit(0), 50);",
  ],
] as const) {
  test(`a plugin that ends the process ${how} is named in one line and noted, and the status is 1`, async (t) => {
    const cwd = withPlugin(t, setup);
    const { status, log, errors } = await start(t, cwd);
    assert.deepEqual([status, errors], [1, ""], log);
    const [line, ...others] = ended(log);
    assert.deepEqual(others, []);
    const { level, logger, place, message } = line ?? {};
    assert.deepEqual([level, logger, place], ["ERROR", "plugin.odd", "plugins/odd.ts:3"]);
    assert.match(
      String(message),
      /^The program was ended by plugins\/odd\.ts:3, .* What was under way is done after the next/,
    );
    const { at, ...noted } = JSON.parse(readFileSync(join(cwd, "data", "ends.jsonl"), "utf8"));
    assert.deepEqual(noted, { kind: "exit", plugin: "odd", place: "plugins/odd.ts:3" });
    assert.ok(Math.abs(Date.now() - at) < 60_000);
  });
}

test("a plugin that ended the bot six times is switched off at the next start", async (t) => {
  const cwd = withPlugin(t, "setTimeout(() => process.exit(0), 50);");
  mkdirSync(join(cwd, "data"));
  // The plugin's file has to be older than what is noted.
  const line = JSON.stringify({ at: Date.now() + 100, kind: "exit", plugin: "odd", place: "plugins/odd.ts:3" });
  writeFileSync(join(cwd, "data", "ends.jsonl"), `${line}\n`.repeat(6));
  const { status, log } = await start(t, cwd, "answers as");
  assert.equal(status, 0, log);
  assert.match(log, /it ended the program, 6 times/);
  assert.deepEqual(ended(log), []);
});

test("a plugin that ends the process when the bot was asked to stop changes nothing", async (t) => {
  const cwd = withPlugin(t, "ctx.onStop(() => process.exit(0));");
  const { status, log } = await start(t, cwd, "answers as");
  assert.deepEqual([status, ended(log)], [0, []], log);
  assert.ok(!existsSync(join(cwd, "data", "ends.jsonl")));
});

test("an error of no plugin's that ends the process is told once", async (t) => {
  const cwd = withPlugin(t, "ctx.log.info('up');");
  const config = join(cwd, "preload.mjs");
  writeFileSync(config, "setTimeout(() => { throw new Error('nobody'); }, 1_500);");
  const { desk } = world;
  const env = { BOT_TOKEN: desk?.token ?? "", OWNER_ID: "1", TELEGRAM_API_ROOT: desk?.apiRoot ?? "", PORT: "0" };
  const child = spawn(process.execPath, ["--import", config, MAIN, "run"], {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  t.after(() => child.kill("SIGKILL"));
  let log = "";
  child.stdout.on("data", (piece: string) => {
    log += piece;
  });
  assert.deepEqual(await once(child, "close"), [1, null]);
  assert.match(log, /Nobody caught this error/);
  assert.deepEqual(ended(log), []);
});

test("after the first start plugins are remembered, and all that the bot made is its owner's alone", async (t) => {
  const cwd = withPlugin(t, "ctx.log.info('up');");
  const before = process.umask(0o022);
  t.after(() => process.umask(before));
  const { status, log } = await start(t, cwd, "answers as");
  assert.equal(status, 0, log);
  const data = join(cwd, "data");
  const names = readdirSync(data);
  for (const name of ["bot.db", "cache.db", "plugins.json", "run.lock"]) assert.ok(names.includes(name), names.join());
  if (process.platform === "win32") return;
  assert.equal(statSync(data).mode & 0o777, 0o700);
  for (const name of names) assert.equal(statSync(join(data, name)).mode & 0o777, 0o600, name);
});
