import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { watchFolder } from "../../../../core/cli/plugin/folder-watch.ts";
import { folder } from "../cli.ts";

/** Deno tells of nothing in a folder that came into the place of one that it watched. */
const skip = process.versions.deno !== undefined && "Deno watches no other folder at a path that it watched";

/** Watches a path; `after` does something and waits until a change is told of. */
function stage(t: TestContext, path: string) {
  let wake: () => void = () => undefined;
  const problems: unknown[] = [];
  const end = watchFolder(path, {
    onChange: () => wake(),
    onProblem: (error) => problems.push(error),
    interval: 20,
  });
  t.after(end);
  const keepAlive = setInterval(() => undefined, 1_000); // a watch alone keeps nothing alive
  t.after(() => clearInterval(keepAlive));
  return {
    problems,
    async after(act: () => void) {
      const told = new Promise<void>((resolve) => {
        wake = resolve;
      });
      act();
      await told;
    },
  };
}

test("a folder that comes later, in a parent that comes later, is watched with all that is in it", {
  skip,
}, async (t) => {
  const parent = join(folder(t), "parent");
  const path = join(parent, "plugins");
  const { after, problems } = stage(t, path);
  await after(() => mkdirSync(path, { recursive: true }));
  await after(() => writeFileSync(join(path, "one.ts"), "1"));
  await after(() => rmSync(parent, { recursive: true }));
  await after(() => mkdirSync(join(path, "two"), { recursive: true }));
  await after(() => writeFileSync(join(path, "two", "index.ts"), "1"));
  assert.deepEqual(problems, []);
});

test("another folder in its place is watched, behind a link, too", { skip }, async (t) => {
  const at = folder(t);
  for (const name of ["plugins", "next", "last"]) mkdirSync(join(at, name));
  const path = join(at, "plugins");
  const { after } = stage(t, path);
  const swap = (name: string) => {
    renameSync(path, join(at, `before-${name}`));
    renameSync(join(at, name), path);
  };
  await after(() => swap("next"));
  await after(() => writeFileSync(join(path, "one.ts"), "1"));
  await after(() => {
    renameSync(path, join(at, "gone"));
    symlinkSync(join(at, "last"), path);
  });
  await after(() => writeFileSync(join(at, "last", "one.ts"), "1"));
});

test("a watch keeps no process alive, and leaves nothing open when it ends", {
  skip: skip && "Deno lets no watch go on in the background",
}, async (t) => {
  const at = folder(t);
  const module = new URL("../../../../core/cli/plugin/folder-watch.ts", import.meta.url).href;
  const program = `
    import { watchFolder } from ${JSON.stringify(module)};
    const told = { onChange() {}, onProblem(error) { throw error; }, interval: 10 };
    const end = watchFolder(${JSON.stringify(at)}, told);
    end();
    console.log(process.getActiveResourcesInfo().filter((one) => /FSEvent|Timeout/.test(one)).length);
    watchFolder(${JSON.stringify(at)}, told);
    watchFolder(${JSON.stringify(join(at, "missing"))}, told);
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  for await (const piece of child.stdout.setEncoding("utf8")) output += piece;
  assert.equal(output, "0\n");
});
