import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { createPlayground, type Playground } from "../../../core/playground/index.ts";
import { folder, startBot } from "./cli.ts";

const world: { desk?: Playground } = {};

before(async () => {
  world.desk = await createPlayground();
});

after(() => world.desk?.dispose());

/** Starts the bot with a plugin. */
function start(t: TestContext, { above = "", setup = "" }: { above?: string; setup?: string }) {
  const cwd = folder(t);
  mkdirSync(join(cwd, "plugins"));
  writeFileSync(
    join(cwd, "plugins", "odd.ts"),
    `import { definePlugin } from "dramabot/plugin";\n${above}\nexport default definePlugin({ id: "odd", version: "1.0.0", api: 1, setup(ctx) {\n${setup}\n} });\n`,
  );
  const child = startBot(t, cwd, world.desk);
  const said = { text: "" };
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (piece: string) => {
      said.text += piece;
    });
  const ended = once(child, "close").then(([status, signal]) => [status, signal] as const);
  const until = async (holds: () => boolean) => {
    while (!holds()) {
      assert.equal(child.exitCode ?? child.signalCode, null, said.text);
      await wait(20);
    }
  };
  // Not child.kill: Deno's sends only the first, and takes the child for ended.
  const send = (signal: NodeJS.Signals) => process.kill(Number(child.pid), signal);
  return { cwd, send, said, ended, until };
}

/** Tells by a file that the module is loaded, and goes on for longer than any test waits, unless it is ended. */
const SLOW = 'import { writeFileSync } from "node:fs";\nwriteFileSync("loads", "");\nfor (;;);';

test("a bot that is asked to stop while it loads plugins says so, and ends with status 0 before they are loaded", async (t) => {
  const { cwd, send, said, ended, until } = start(t, { above: SLOW });
  await until(() => existsSync(join(cwd, "loads")));
  send("SIGHUP");
  send("SIGTERM");
  assert.deepEqual(await ended, [0, null], said.text);
  assert.match(said.text, /"Stopped while plugins were loaded\."/);
  assert.doesNotMatch(said.text, /answers as/);
});

test("SIGHUP while plugins are loaded does not end the bot", async (t) => {
  const above =
    'import { writeFileSync } from "node:fs";\nwriteFileSync("loads", "");\nawait new Promise((resolve) => setTimeout(resolve, 1_000));';
  const { cwd, send, said, ended, until } = start(t, { above });
  await until(() => existsSync(join(cwd, "loads")));
  send("SIGHUP");
  await until(() => said.text.includes("answers as"));
  send("SIGTERM");
  assert.deepEqual(await ended, [0, null], said.text);
});

test("a plugin that exits on SIGTERM does not keep what is under way from its end, and is named", async (t) => {
  const { send, said, ended, until } = start(t, {
    above: 'process.on("SIGTERM", () => process.exit(0));',
    setup:
      "ctx.onStop(async () => { await new Promise((resolve) => setTimeout(resolve, 50)); console.log('through'); });",
  });
  await until(() => said.text.includes("answers as"));
  send("SIGTERM");
  assert.deepEqual(await ended, [0, null], said.text);
  assert.match(
    said.text,
    /plugins\/odd\.ts:2 called process\.exit\(\) while the bot stops; what is under way is finished/,
  );
  assert.match(said.text, /through/);
  assert.match(said.text, /"Stopped\."/);
});

test("a second signal ends the bot at once, though a plugin listens for it", async (t) => {
  const { send, said, ended, until } = start(t, {
    above: 'process.on("SIGTERM", () => console.log("heard"));',
    setup: "ctx.onStop(() => new Promise((resolve) => setTimeout(resolve, 60_000)));",
  });
  await until(() => said.text.includes("answers as"));
  send("SIGTERM");
  await until(() => said.text.includes("heard"));
  send("SIGTERM");
  assert.deepEqual(await ended, [null, "SIGTERM"], said.text);
});
