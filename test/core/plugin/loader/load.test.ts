import assert from "node:assert/strict";
import { test } from "node:test";
import { findCandidates } from "../../../../core/plugin/loader/candidates.ts";
import type { ProbeMemory } from "../../../../core/plugin/loader/host.ts";
import { loadPlugin, stampsOf } from "../../../../core/plugin/loader/load.ts";
import { memoryHost } from "./memory-host.ts";

const good = { id: "good", version: "1.0.0", api: 1, setup() {} };
const candidate = { name: "good", file: "/p/good.ts", place: "/p/good.ts" };

function memory(): ProbeMemory {
  const known = new Map<string, Readonly<Record<string, string>>>();
  return { get: (file) => known.get(file), set: (file, stamps) => void known.set(file, stamps) };
}

test("plugins are files and folders with an index, by name; tests, types and what begins with _ or . are none", () => {
  const names = [
    "/p/b.ts",
    "/p/a.mjs",
    "/p/c/index.ts",
    "/p/c/index.js",
    "/p/d/other.ts",
    "/p/_lib.ts",
    "/p/.git/config",
    "/p/b.test.ts",
    "/p/types.d.ts",
    "/p/node_modules/x/index.js",
    "/p/README.md",
    "/p/e.js",
  ];
  const host = memoryHost(Object.fromEntries(names.map((name) => [name, "x"])));
  assert.deepEqual(
    findCandidates("/p", host)?.map(({ name, file }) => [name, file]),
    [
      ["a", "/p/a.mjs"],
      ["b", "/p/b.ts"],
      ["c", "/p/c/index.ts"],
      ["d", undefined],
      ["e", "/p/e.js"],
    ],
  );
  assert.equal(findCandidates("/none", host), undefined);
});

test("a plugin is probed once, and again when one of its files has changed", async () => {
  const files: Record<string, string> = { "/p/good.ts": "1", "/p/sibling.ts": "1" };
  const host = memoryHost(files, { "/p/good.ts": { namespace: { default: good } } });
  const probed: string[] = [];
  const probe = async (file: string) => {
    probed.push(file);
    return { files: Object.keys(files) };
  };
  const options = { host, probe, memory: memory() };
  assert.equal((await loadPlugin(candidate, options)).definition?.id, good.id);
  await loadPlugin(candidate, options);
  assert.equal(probed.length, 1);
  files["/p/sibling.ts"] = "longer";
  await loadPlugin(candidate, options);
  assert.equal(probed.length, 2);
});

test("what fails in the probe never reaches this process, and is probed again the next time", async () => {
  const host = memoryHost({ "/p/good.ts": "1" }, { "/p/good.ts": { namespace: { default: good } } });
  let probes = 0;
  const probe = async () => {
    probes++;
    return { problem: "good.ts:1: it loops.", files: [] };
  };
  const options = { host, probe, memory: memory() };
  for (const _ of [1, 2]) assert.equal((await loadPlugin(candidate, options)).problem, "good.ts:1: it loops.");
  assert.equal(probes, 2);
  assert.deepEqual(host.imported, []);
});

test("what is no plugin is told with file, line and what to do", async () => {
  const definition = (changes: object) => ({ namespace: { default: { ...good, ...changes } } });
  for (const [text, outcome, told] of [
    [
      "export const a = 1;",
      { namespace: {} },
      "good.ts:1: there is no default export. Wanted: export default definePlugin({ … }).",
    ],
    [
      "\n\nexport default 7;",
      { namespace: { default: 7 } },
      "good.ts:3: the default export is no plugin. Wanted: export default definePlugin({ … }).",
    ],
    [
      "export default {\n  id: 'good',\n  api: 2 };",
      definition({ api: 2 }),
      "good.ts:3: it speaks plugin API 2, this program 1. Look for a version of the plugin for API 1, or for another version of dramabot.",
    ],
    [
      "export default {\n  id: 'Good',\n  api: 1 };",
      definition({ id: "Good" }),
      'good.ts:2: "id" is "Good"; wanted: 2–32 of a–z, 0–9 and -, a letter first. Mend it in definePlugin({ … }).',
    ],
  ] as const) {
    const host = memoryHost({ "/p/good.ts": text }, { "/p/good.ts": outcome });
    const loaded = await loadPlugin(candidate, { host });
    assert.equal(loaded.problem, told);
    assert.equal(loaded.definition, undefined);
  }
  const folder = { name: "d", file: undefined, place: "/p/d" };
  assert.match(
    (await loadPlugin(folder, { host: memoryHost({}) })).problem ?? "",
    /^\/?.*d: the folder has no index\.ts\. /,
  );
});

test("a link to nowhere is a plugin that cannot be read, unless its name says that it is something else", () => {
  const entries = [
    { name: "tv", kind: "nowhere" },
    { name: "word.ts", kind: "nowhere" },
    { name: "notes.md", kind: "nowhere" },
    { name: "_lib", kind: "nowhere" },
    { name: "LICENSE", kind: "file" },
  ] as const;
  const host = { ...memoryHost({}), list: () => entries };
  assert.deepEqual(findCandidates("/p", host), [
    { name: "tv", file: "/p/tv", place: "/p/tv" },
    { name: "word", file: "/p/word.ts", place: "/p/word.ts" },
  ]);
});

test("an index that is a folder itself is none", () => {
  const host = memoryHost({ "/p/a/index.ts/x": "", "/p/a/index.js": "" });
  assert.deepEqual(
    findCandidates("/p", host)?.map(({ file }) => file),
    ["/p/a/index.js"],
  );
});

test("what cannot be read is told without being tried, and is tried again once it has changed", async () => {
  const files: Record<string, string> = {};
  const host = {
    ...memoryHost(files, { "/p/good.ts": { namespace: { default: good } } }),
    obstacle: (path: string) =>
      path in files ? undefined : { what: "it is a named pipe, and no file", todo: "Take it away" },
  };
  const probed: string[] = [];
  const probe = async (file: string) => {
    probed.push(file);
    return { files: [file] };
  };
  const options = { host, probe, memory: memory() };
  const barred = await loadPlugin(candidate, options);
  assert.equal(barred.problem, "good.ts: it is a named pipe, and no file. Take it away.");
  assert.deepEqual([barred.definition, barred.files, probed], [undefined, ["/p/good.ts"], []]);
  const stamps = stampsOf(barred.files, host);
  files["/p/good.ts"] = "x";
  assert.notDeepEqual(stampsOf(barred.files, host), stamps);
  assert.equal((await loadPlugin(candidate, options)).definition?.id, good.id);

  const folder = { name: "d", file: undefined, place: "/p/d" };
  const locked = { ...host, obstacle: () => ({ what: "it may not be read (EACCES)", todo: "Open it" }) };
  assert.equal((await loadPlugin(folder, { host: locked })).problem, "d: it may not be read (EACCES). Open it.");
});
