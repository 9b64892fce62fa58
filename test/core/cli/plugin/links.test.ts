import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { program } from "../../../program.ts";
import { folder } from "../cli.ts";
import { openStage } from "../operator-stage.ts";

const says = (id: string) => `import { definePlugin } from "dramabot/plugin";
import { tail } from "./tail.ts";
import three from "three";
export default definePlugin({ id: "${id}", version: "1.0.0", api: 1, setup: (ctx) => ctx.log.info("set up: " + tail + three) });
`;

/** A release of two plugins, somewhere else than in the plugins folder. */
function release(cwd: string, name: string): void {
  for (const [file, text] of Object.entries({
    "index.ts": says("whole"),
    "word.ts": says("word"),
    "tail.ts": `export const tail: string = "${name}";`,
    "node_modules/three/package.json": '{ "name": "three", "type": "module", "exports": "./index.js" }',
    "node_modules/three/index.js": "export default 3;",
  })) {
    const path = join(cwd, "releases", name, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

/** A bot that runs with a plugins folder, and what its log says of plugins. */
async function run(t: TestContext, cwd: string) {
  const { desk, env } = await openStage();
  const [command, words] = program("run");
  const child = spawn(command, words, {
    cwd,
    env: { ...env, PATH: process.env.PATH, LOG_FORMAT: "json", PLUGINS_DIR: "plugins" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  t.after(async () => {
    child.kill("SIGTERM");
    await ended;
    await desk.dispose();
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  /** The next message of a kind. */
  const next = async (wanted: RegExp): Promise<string> => {
    for (;;) {
      const { done, value } = await lines.next();
      if (done) throw new Error("The bot ended.");
      const { message } = JSON.parse(value) as { readonly message: string }; // the log's own records
      if (wanted.test(message)) return message;
    }
  };
  return { next, reload: () => child.kill("SIGHUP") };
}

const loaded = /^set up: |^Plugin ".*" (?:was left out|stays as it was)/;

test("links to files and folders elsewhere are plugins, and a change of what they lead to is one of theirs", {
  skip: process.platform === "win32" && "needs links and SIGHUP",
}, async (t) => {
  const cwd = folder(t);
  mkdirSync(join(cwd, "plugins"));
  for (const name of ["one", "two"]) release(cwd, name);
  const link = (target: string, name: string) => {
    symlinkSync(target, join(cwd, "plugins", "_next"));
    renameSync(join(cwd, "plugins", "_next"), join(cwd, "plugins", name));
  };
  link("../releases/one", "whole");
  link("../releases/one/word.ts", "word.ts");
  const bot = await run(t, cwd);
  assert.equal(await bot.next(loaded), "set up: one3");
  assert.equal(await bot.next(loaded), "set up: one3");
  await bot.next(/answers as @/);

  link("../releases/two", "whole");
  bot.reload();
  assert.equal(await bot.next(loaded), "set up: two3", "a link that leads elsewhere now");

  writeFileSync(join(cwd, "releases", "two", "tail.ts"), 'export const tail: string = "zwei";');
  bot.reload();
  assert.equal(await bot.next(loaded), "set up: zwei3", "a sibling of the target");

  rmSync(join(cwd, "releases", "one"), { recursive: true });
  bot.reload();
  assert.match(
    await bot.next(loaded),
    /^Plugin "word" stays as it was: plugins\/word\.ts: it is a link to \.\.\/releases\/one\/word\.ts, and nothing is there\./,
  );

  release(cwd, "one");
  bot.reload();
  assert.equal(await bot.next(loaded), "set up: one3", "a target that is there again");
});

test("a plugin that could not be loaded is tried again when what it lacked is there", {
  skip: process.platform === "win32" && "needs SIGHUP",
}, async (t) => {
  const cwd = folder(t);
  mkdirSync(join(cwd, "plugins", "bare"), { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(cwd, "plugins", name), text);
  write("lost.ts", says("lost").replace('import three from "three"', "const three = 4"));
  const bot = await run(t, cwd);
  assert.match(await bot.next(loaded), /^Plugin "bare" was left out: plugins\/bare: the folder has no index\.ts/);
  assert.match(
    await bot.next(loaded),
    /^Plugin "lost" was left out: plugins\/lost\.ts:2: the file tail\.ts is not there/,
  );
  await bot.next(/answers as @/);
  write("tail.ts", 'export const tail = "found"; export default { id: "tail", version: "1.0.0", api: 1, setup() {} };');
  bot.reload();
  assert.equal(await bot.next(loaded), "set up: found4", "what did not change was told once more");
  await bot.next(/^Plugin "tail" 1\.0\.0 was loaded/);
  write(
    "bare/index.ts",
    says("bare").replace("./tail.ts", "../tail.ts").replace('import three from "three"', "const three = 5"),
  );
  bot.reload();
  assert.equal(await bot.next(loaded), "set up: found5");
});
