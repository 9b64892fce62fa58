import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { billOfMaterials } from "../../build/bill-of-materials.ts";
import { bundle, root } from "../../build/bundle.ts";
import { thirdPartyNotices } from "../../build/notices.ts";
import { readPackages } from "../../build/packages.ts";

const folder = mkdtempSync(join(tmpdir(), "dramabot-bundle-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const information = { commit: "0123456789abcdef", target: "linux-x64" };
const made = await bundle({ folder: join(folder, "a"), information });

/** A script as it reads without the line breaks that the build puts into long strings. */
const read = (file: string) => readFileSync(file, "utf8").replaceAll("\\\n", "");

test("the same source gives the same bundle, wherever it is written", async () => {
  const again = await bundle({ folder: join(folder, "b", "c"), information });
  assert.equal(again.hash, made.hash);
  const other = await bundle({ folder: join(folder, "d"), information: { ...information, commit: "other" } });
  assert.notEqual(other.hash, made.hash, "the commit is a part of it");
});

test("nothing of the machine it was made on is inside", () => {
  for (const file of [made.main, made.worker, made.externalTasks, made.sourceMap])
    assert.ok(!read(file).includes(root), `${file} names ${root}`);
});

test("the source map names the project's own files and carries no source", () => {
  const map = JSON.parse(readFileSync(made.sourceMap, "utf8")) as { sources: string[]; sourcesContent?: unknown };
  assert.ok(map.sources.some((source) => source.endsWith("core/telegram/router.ts")));
  assert.equal(map.sourcesContent, undefined);
});

test("the workers' script carries every plugin's parsing tasks and none of the bot", () => {
  const worker = read(made.worker);
  for (const plugin of ["imdb", "mydramalist"]) assert.ok(worker.includes(`dramabot:///plugins/${plugin}/tasks.ts`));
  assert.ok(!worker.includes("getUpdates"));
});

test("what only task modules from files need is a script of its own, which no other thread reads", () => {
  const [worker, external] = [read(made.worker), read(made.externalTasks)];
  for (const word of ["ValiError", "definePlugin"]) {
    assert.ok(external.includes(word), word);
    assert.ok(!worker.includes(word), word);
  }
  assert.ok(worker.includes("external-tasks.cjs"), "where it is found");
});

test("every package in the bundles has its licence, in the notices and in the bill of materials", () => {
  const packages = readPackages(made.packages);
  assert.ok(packages.length > 20);
  const notices = thirdPartyNotices(packages);
  const bill = JSON.parse(billOfMaterials({ version: "1.2.3", packages })) as { components: { purl: string }[] };
  for (const { name, version, license, text } of packages) {
    assert.ok(notices.includes(`${name} ${version} (${license})`), name);
    if (text !== undefined) assert.ok(notices.includes(text), name);
    assert.ok(
      bill.components.some(({ purl }) => purl === `pkg:npm/${name.replace("@", "%40")}@${version}`),
      name,
    );
  }
  const copyleft = packages.filter(({ license }) => /GPL|SSPL|BUSL/i.test(license));
  assert.deepEqual(copyleft, [], "such a licence has to be looked at before the executable is handed out");
});

test("the scripts are ASCII in short lines: one byte a character in memory, and no page of code before an error", () => {
  for (const file of [made.main, made.worker, made.externalTasks]) {
    const lines = readFileSync(file, "latin1").split("\n");
    const longest = lines.reduce((most, { length }) => Math.max(most, length), 0);
    assert.ok(longest < 2_000, `${file} has a line of ${longest} characters`);
    assert.ok(lines.every((line) => /^[\0-\x7f]*$/.test(line)));
  }
});

test("what a plugin's author is told to write is told by its own words", () => {
  const main = read(made.main);
  assert.ok(main.includes("./tasks.ts"));
  assert.ok(!main.includes("dramabot:///core/plugin/definition.ts"), "the words were replaced");
});
