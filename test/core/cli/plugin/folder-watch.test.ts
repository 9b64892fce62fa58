import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { pluginFiles } from "../../../../core/cli/plugin/files.ts";
import { type FolderView, watchFolder } from "../../../../core/cli/plugin/folder-watch.ts";
import { findCandidates } from "../../../../core/plugin/loader/candidates.ts";
import { stampsOf } from "../../../../core/plugin/loader/load.ts";
import { folder } from "../cli.ts";

/**
 * Watches a path as one does who looks at the plugins at every change.
 *
 * @param imported files that plugins import, by absolute path.
 */
function stage(t: TestContext, path: string, imported: readonly string[] = []) {
  let wake: () => void = () => undefined;
  let told = 0;
  const view = (): FolderView => {
    const modules = findCandidates(path, pluginFiles)?.map(({ file, place }) => file ?? place);
    return { modules, stamps: stampsOf([...(modules ?? []), ...imported], pluginFiles) };
  };
  const onChange = () => {
    told += 1;
    watch.renew(view());
    wake();
  };
  const watch = watchFolder(path, { view: view(), onChange, interval: 10, quiet: 5 });
  t.after(watch.end);
  const keepAlive = setInterval(() => undefined, 1_000); // a watch alone keeps nothing alive
  t.after(() => clearInterval(keepAlive));
  return {
    watch,
    /** Does something, and waits until that is told, which it is once. */
    async after(act: () => void) {
      const before = told;
      const change = new Promise<void>((resolve) => {
        wake = resolve;
      });
      act();
      await change;
      assert.equal(told, before + 1);
    },
  };
}

/** Saves as many editors and `sed -i` do: another file takes the place of the one that was there. */
function replace(file: string, text: string): void {
  const next = `${file}.next`;
  writeFileSync(next, text);
  renameSync(next, file);
}

test("a file that is replaced again and again is noticed each time, and what is done to it afterwards", async (t) => {
  const path = folder(t);
  const file = join(path, "word.ts");
  writeFileSync(file, "0");
  const { after } = stage(t, path);
  for (const text of "123456") await after(() => replace(file, text));
  await after(() => writeFileSync(file, "in place"));
  await after(() => replace(file, "7"));
  await after(() => rmSync(file));
  await after(() => writeFileSync(file, "again"));
});

test("a file in a subfolder of a plugin's folder is noticed when it is replaced, and written to afterwards", async (t) => {
  const path = folder(t);
  const file = join(path, "word", "lib", "tail.ts");
  mkdirSync(join(path, "word", "lib"), { recursive: true });
  for (const each of [file, join(path, "word", "index.ts")]) writeFileSync(each, "0");
  const { after } = stage(t, path, [file]);
  for (const text of "123") await after(() => replace(file, text));
  await after(() => writeFileSync(file, "in place"));
  await after(() => rmSync(join(path, "word", "lib"), { recursive: true }));
  await after(() => {
    mkdirSync(join(path, "word", "lib"));
    writeFileSync(file, "again");
  });
});

test("a folder that comes later, in a parent that comes later, is watched with all that is in it", async (t) => {
  const parent = join(folder(t), "parent");
  const path = join(parent, "plugins");
  const { after } = stage(t, path);
  await after(() => mkdirSync(path, { recursive: true }));
  await after(() => writeFileSync(join(path, "one.ts"), "1"));
  await after(() => rmSync(parent, { recursive: true }));
  await after(() => mkdirSync(join(path, "two"), { recursive: true }));
  await after(() => writeFileSync(join(path, "two", "index.mjs"), "1"));
  await after(() => writeFileSync(join(path, "two", "index.ts"), "1"));
});

test("another folder in its place is watched, behind a link, too", {
  skip: process.platform === "win32" && "needs links",
}, async (t) => {
  const at = folder(t);
  for (const name of ["plugins", "next", "last"]) {
    mkdirSync(join(at, name));
    writeFileSync(join(at, name, "one.ts"), name);
  }
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

test("what links lead to is watched wherever it is, with what it imports there", {
  skip: process.platform === "win32" && "needs links",
}, async (t) => {
  const at = folder(t);
  const path = join(at, "plugins");
  const write = (...[text, ...names]: [string, ...string[]]) => writeFileSync(join(at, ...names), text);
  for (const name of ["plugins", "one", "two"]) mkdirSync(join(at, name));
  for (const name of ["one", "two"]) for (const file of ["index.ts", "word.ts", "tail.ts"]) write("1", name, file);
  const link = (target: string, name: string) => {
    symlinkSync(target, join(path, "_next"));
    renameSync(join(path, "_next"), join(path, name));
  };
  link("../one", "whole");
  link("../one/word.ts", "word.ts");
  const { after } = stage(t, path, [join(at, "one", "tail.ts")]);
  for (const file of ["index.ts", "word.ts", "tail.ts"]) {
    await after(() => write("2", "one", file));
    await after(() => replace(join(at, "one", file), "3"));
    await after(() => write("4", "one", file));
  }
  await after(() => link("../two", "whole"));
  await after(() => replace(join(at, "two", "index.ts"), "3"));
  await after(() => link("../two/word.ts", "word.ts"));
  await after(() => rmSync(join(at, "two", "word.ts")));
  await after(() => write("5", "two", "word.ts"));
});

test("what differs already from what was known is told, and what goes on is waited for", async (t) => {
  const path = folder(t);
  const file = join(path, "word.ts");
  writeFileSync(file, "0");
  const { watch, after } = stage(t, path);
  const stamps = { [file]: "what it was while it was read" };
  await after(() => watch.renew({ modules: [file], stamps }));

  let steps = 0;
  const { after: afterAll } = stage(t, path);
  const stamp = t.mock.method(pluginFiles, "stamp", () => String(steps < 8 ? ++steps : steps));
  await afterAll(() => undefined);
  assert.equal(steps, 8, "it was told when there was no end of it yet");
  stamp.mock.restore();
});

test("a watch keeps no process alive, and leaves nothing when it ends", async (t) => {
  const at = folder(t);
  const module = new URL("../../../../core/cli/plugin/folder-watch.ts", import.meta.url).href;
  const file = join(at, "program.ts");
  writeFileSync(
    file,
    `import { watchFolder } from ${JSON.stringify(module)};
    const view = { modules: undefined, stamps: {} };
    const onChange = () => console.log("changed");
    watchFolder(${JSON.stringify(at)}, { view, onChange, interval: 1, quiet: 1 }).end();
    watchFolder(${JSON.stringify(at)}, { view, onChange, interval: 1_000_000 });
    setTimeout(() => console.log("through"), 50);
  `,
  );
  const words = process.versions.deno === undefined ? [file] : ["run", "-A", "--no-check", file];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  for await (const piece of child.stdout.setEncoding("utf8")) output += piece;
  assert.equal(output, "through\n");
});
