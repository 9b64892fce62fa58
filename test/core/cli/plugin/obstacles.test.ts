import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { dramabot, folder } from "../cli.ts";

const skip = process.platform === "win32" && "needs named pipes";

/** A folder with an empty `plugins/`. */
function stage(t: TestContext) {
  const cwd = folder(t);
  mkdirSync(join(cwd, "plugins"));
  const at = (name: string) => join(cwd, "plugins", name);
  const pipe = (name: string) => execFileSync("mkfifo", [at(name)]);
  return { cwd, at, pipe, env: { PLUGINS_DIR: "plugins", PATH: process.env.PATH ?? "" } };
}

const good = `import { definePlugin } from "dramabot/plugin";
export default definePlugin({ id: "zebra", version: "1.0.0", api: 1, setup() {} });
`;

test("what cannot be read as a plugin is told in one line each, and the others run", { skip }, async (t) => {
  const { cwd, at, pipe, env } = stage(t);
  pipe("pipe.ts");
  mkdirSync(at("inside"));
  pipe("inside/index.ts");
  symlinkSync("/nowhere/gone.ts", at("dangling.ts"));
  symlinkSync("/nowhere/at-all", at("dangling"));
  symlinkSync("loop.ts", at("loop.ts"));
  symlinkSync("/dev/zero", at("endless.js"));
  mkdirSync(at("hollow/index.ts"), { recursive: true });
  writeFileSync(at("large.ts"), "");
  truncateSync(at("large.ts"), 20 * 1024 * 1024);
  writeFileSync(at("zebra.ts"), good);
  const { stdout, stderr } = await dramabot(["plugin", "list", "--json"], { cwd, env });
  assert.equal(stderr, "");
  const listed = JSON.parse(stdout) as readonly { readonly id: string; readonly error: string | null }[];
  assert.deepEqual(
    listed.slice(3).map(({ error }) => error),
    [
      "plugins/dangling: it is a link to /nowhere/at-all, and nothing is there. Mend the link, or take it away.",
      "plugins/dangling.ts: it is a link to /nowhere/gone.ts, and nothing is there. Mend the link, or take it away.",
      "plugins/endless.js: it is a device, and no file. Put a file there, or take it away.",
      "plugins/hollow: the folder has no index.ts. Add one, or let its name begin with _.",
      "plugins/inside/index.ts: it is a named pipe, and no file. Put a file there, or take it away.",
      "plugins/large.ts: it has 20 MiB, and at most 10 are read. Make it smaller, or take it away.",
      "plugins/loop.ts: it is a link that leads back to itself. Mend the link, or take it away.",
      "plugins/pipe.ts: it is a named pipe, and no file. Put a file there, or take it away.",
      null,
    ],
  );
});

// Deno reads what a module imports before it asks anybody: there the deadline of a process of its own ends it.
test("whoever imports a named pipe is told", { skip: skip || process.versions.deno !== undefined }, async (t) => {
  const { cwd, at, pipe, env } = stage(t);
  pipe("_pipe.ts");
  writeFileSync(at("imports.ts"), '\nimport "./_pipe.ts";\nexport default 1;\n');
  const { stdout } = await dramabot(["plugin", "check", "plugins/imports.ts"], { cwd, env });
  assert.equal(
    stdout,
    "FAIL  loads: plugins/imports.ts:2: the file _pipe.ts cannot be read: it is a named pipe, and no file. Put a file there, or take it away.\n",
  );
});

test("plugin check says of a path what stands there", { skip }, async (t) => {
  const { cwd, at, pipe, env } = stage(t);
  pipe("pipe.ts");
  mkdirSync(at("inside"));
  pipe("inside/index.ts");
  symlinkSync("/nowhere/gone.ts", at("dangling.ts"));
  symlinkSync("loop", at("loop"));
  for (const [path, told] of [
    ["pipe.ts", "pipe.ts: it is a named pipe"],
    ["inside", "inside/index.ts: it is a named pipe"],
    ["inside/index.ts", "inside/index.ts: it is a named pipe"],
    ["dangling.ts", "dangling.ts: it is a link to /nowhere/gone.ts"],
    ["loop", "loop: it is a link that leads back to itself"],
  ] as const) {
    const { status, stdout, stderr } = await dramabot(["plugin", "check", `plugins/${path}`], { cwd, env });
    assert.deepEqual([status, stderr], [1, ""]);
    assert.ok(stdout.startsWith(`FAIL  loads: plugins/${told}`) && stdout.indexOf("\n") === stdout.length - 1, stdout);
  }
});

test("a named pipe is no configuration", { skip }, async (t) => {
  const { cwd, pipe, env } = stage(t);
  pipe("config.ts");
  const { status, stdout, stderr } = await dramabot(["config", "--config", "plugins/config.ts"], { cwd, env });
  assert.deepEqual([status, stdout], [78, ""]);
  assert.match(
    stderr,
    /\n {2}--config holds "plugins\/config\.ts"; wanted: a file .*\(it is a named pipe, and no file\)\n/,
  );
});

test("what PLUGINS_DIR names is told when it is no folder, and nothing fails", { skip }, async (t) => {
  const { cwd, at, pipe } = stage(t);
  pipe("pipe");
  writeFileSync(at("file"), "");
  symlinkSync("gone", at("dangling"));
  for (const [name, told] of [
    ["pipe", "it is a named pipe, and no folder. Name a folder."],
    ["file", "it is a file, and no folder. Name a folder."],
    ["dangling", "it is a link to gone, and nothing is there. Mend the link, or take it away."],
  ] as const) {
    const { status, stdout, stderr } = await dramabot(["config"], { cwd, env: { PLUGINS_DIR: `plugins/${name}` } });
    assert.deepEqual([status, stderr], [0, ""]);
    assert.ok(stdout.includes(`\nPLUGINS_DIR: plugins/${name}: ${told}\n`), stdout);
  }
  const { status, stderr } = await dramabot(["lookup", "nowhere", "x"], { cwd, env: { PLUGINS_DIR: "plugins/pipe" } });
  assert.equal(status, 1);
  assert.match(stderr, /^PLUGINS_DIR: .*pipe: it is a named pipe.*\nerror \(lookup\.no_such_source\): .*\n$/);
});
