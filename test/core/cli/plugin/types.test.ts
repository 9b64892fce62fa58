import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { dramabot, folder, MAIN } from "../cli.ts";

const TSC = fileURLToPath(new URL("../../../../node_modules/.bin/tsc", import.meta.url));
const env = { PATH: process.env.PATH ?? "" };

/** What the compiler says of a folder with a tsconfig.json. */
function compile(cwd: string): string {
  try {
    return execFileSync(TSC, ["--project", cwd], { encoding: "utf8" });
  } catch (error) {
    return String(error instanceof Error && "stdout" in error ? error.stdout : error);
  }
}

test("a plugin as plugin new writes it has no error in an editor, in the plugins folder and in one of its own", async (t) => {
  for (const PLUGINS_DIR of ["", "plugins"]) {
    const cwd = folder(t);
    const here = PLUGINS_DIR === "" ? cwd : join(cwd, PLUGINS_DIR);
    await dramabot(["plugin", "new", "sea-shows"], { cwd, env: { ...env, PLUGINS_DIR } });
    const { status, stdout } = await dramabot(["plugin", "types"], { cwd, env: { ...env, PLUGINS_DIR } });
    assert.equal(status, 0);
    if (PLUGINS_DIR !== "") assert.match(stdout, /^plugins\/tsconfig\.json is written\. An editor that opens plugins /);
    assert.equal(compile(here), "");
    const test = join(here, "sea-shows", "index.test.ts");
    writeFileSync(test, readFileSync(test, "utf8").replace("assert.equal(", "assert.equals("));
    assert.match(compile(here), /sea-shows\/index\.test\.ts\(\d+,\d+\): error TS2551: /);
  }
});

test("a tsconfig.json that is there stays, and what it lacks is told", async (t) => {
  const cwd = folder(t);
  mkdirSync(join(cwd, "plugins"));
  writeFileSync(join(cwd, "plugins", "tsconfig.json"), "{}");
  const { stdout } = await dramabot(["plugin", "types", "plugins"], { cwd, env });
  const [first = "", ...rest] = stdout.split("\n");
  assert.equal(first, 'plugins/tsconfig.json is there already and stays as it is. Its "compilerOptions" should hold:');
  assert.deepEqual(Object.keys(JSON.parse(rest.join("\n"))), ["paths", "types", "typeRoots"]);
  assert.equal(readFileSync(join(cwd, "plugins", "tsconfig.json"), "utf8"), "{}");
});

test("a folder that the system has no place for is told at once", { skip: !existsSync("/proc/self") }, () => {
  const run = (words: readonly string[], PLUGINS_DIR: string) =>
    spawnSync(process.execPath, [MAIN, "plugin", ...words], {
      encoding: "utf8",
      env: { ...env, PLUGINS_DIR },
      timeout: 60_000,
      killSignal: "SIGKILL",
    });
  const types = run(["types", "/proc/none"], "");
  assert.deepEqual([types.status, types.stdout], [1, ""]);
  assert.match(types.stderr, /^error \(ENOENT\): [^\n]*'\/proc\/none'\. Check the path\.\n$/);
  const made = run(["new", "sea"], "/proc/none");
  assert.deepEqual([made.status, made.stdout], [1, ""]);
  assert.match(made.stderr, /^error \(plugin\.invalid\): \/proc\/none\/sea cannot be written: ENOENT: [^\n]*\n$/);
});
