import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { dramabot, folder } from "../cli.ts";

/** A folder with these plugins, and what `plugin list` says of them. */
function stage(t: TestContext, plugins: Readonly<Record<string, string>>) {
  const cwd = folder(t);
  mkdirSync(join(cwd, "plugins"));
  for (const [name, text] of Object.entries(plugins)) writeFileSync(join(cwd, "plugins", name), text);
  const env = { PLUGINS_DIR: "plugins", PATH: process.env.PATH ?? "" };
  return { cwd, list: (...more: string[]) => dramabot(["plugin", "list", ...more], { cwd, env }) };
}

const plugin = (id: string) => `
import { definePlugin } from "dramabot/plugin";
export default definePlugin({ id: "${id}", version: "1.0.0", api: 1, setup: () => new Promise((done) => setTimeout(done, 300)) });
`;

test("what a module begins outside of all functions is its plugin's own, though no line of it is in the error", async (t) => {
  const { cwd, list } = stage(t, {
    "net.ts": `import { connect } from "node:net";\nsetTimeout(() => connect(1, "127.0.0.1"));\n${plugin("net")}`,
    "spawn.ts": `import { spawn } from "node:child_process";\nspawn("/no/such/program");\n${plugin("spawn")}`,
    "nothing.ts": `setTimeout(() => { throw null; });\n${plugin("nothing")}`,
    "promise.ts": `void Promise.reject("alone");\n${plugin("promise")}`,
    "out.ts": `setTimeout(() => { throw undefined; });\n${plugin("out")}`,
  });
  writeFileSync(join(cwd, "mine.ts"), "export default { plugins: [], external: { out: false } };\n");
  const { status, stdout, stderr } = await list("--config", "mine.ts");
  assert.equal(status, 0, stderr);
  for (const told of [
    /^plugins\/net\.ts(?::\d+)?: A timer or event threw, and nobody caught it: connect ECONNREFUSED/m,
    /^plugins\/spawn\.ts(?::\d+)?: A timer or event threw, and nobody caught it: spawn \/no\/such\/program ENOENT/m,
    /^plugins\/nothing\.ts(?::\d+)?: A timer or event threw, and nobody caught it: null/m,
    /^plugins\/promise\.ts(?::\d+)?: A promise was rejected, and nobody looked at it: alone/m,
    /^plugins\/out\.ts(?::\d+)?: A timer or event threw, and nobody caught it: undefined/m,
  ])
    assert.match(stderr, told);
  for (const id of ["net", "spawn", "nothing", "promise"])
    assert.match(stdout, new RegExp(`^${id} 1\\.0\\.0 +active`, "m"));
});

test("an error that cannot be looked at ends nothing, and is told", async (t) => {
  const { list } = stage(t, {
    "odd.ts": `
const odd = (key: string, value: PropertyDescriptor) => Object.defineProperty(new Error("odd " + key), key, value);
const get = () => { throw new Error("not you"); };
for (const [at, error] of [odd("stack", { value: 5 }), odd("stack", { get }), odd("message", { get }), odd("cause", { get })].entries())
  setTimeout(() => { throw error; }, 10 * at);
setTimeout(() => { Error.prepareStackTrace = (_error, frames) => frames; throw new Error("frames"); }, 60);
${plugin("odd")}`,
  });
  const { status, stdout, stderr } = await list();
  assert.equal(status, 0, stderr);
  const told = stderr.split("\n").filter((line) => /^plugins\/odd\.ts(?::\d+)?: A timer or event threw/.test(line));
  assert.equal(told.length, 5, stderr);
  assert.match(stderr, /something that cannot be shown was thrown/);
  assert.match(stdout, /^odd 1\.0\.0 +degraded/m);
});

test("a bot.config.ts whose timer throws is named, and ends nothing", async (t) => {
  const { cwd, list } = stage(t, { "one.ts": plugin("one") });
  writeFileSync(
    join(cwd, "mine.ts"),
    '\nsetTimeout(() => { throw new Error("mine"); });\nexport default { plugins: [] };\n',
  );
  const { status, stdout, stderr } = await list("--config", "mine.ts");
  assert.equal(status, 0, stderr);
  assert.match(stderr, /^mine\.ts:\d: A timer or event threw, and nobody caught it: mine\. Catch it there\.$/m);
  assert.match(stdout, /^one 1\.0\.0 +active/m);
});

test("what came before a configuration that cannot be used is told, too", async (t) => {
  const { cwd, list } = stage(t, {});
  writeFileSync(
    join(cwd, "mine.ts"),
    'setTimeout(() => { throw new Error("mine"); });\nawait new Promise((done) => setTimeout(done, 50));\nexport default { plugins: 7 };\n',
  );
  const { status, stderr } = await list("--config", "mine.ts");
  assert.equal(status, 78);
  assert.match(stderr, /A timer or event threw, and nobody caught it: mine/);
  assert.match(stderr, /mine\.ts:3: "plugins" is no list/);
});
