import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import {
  brokenLine,
  type ImportOptions,
  importModule,
  shareModules,
  type UnreadableModule,
} from "../../../core/platform/import-module.ts";
import { stripTypes } from "../../../core/platform/stripped-types.ts";

class Ours {}
shareModules({ "shared-by-test": { Ours, default: 7, null: 8 } });

/** Writes files into a folder that goes with the test; gives their paths. */
function write<K extends string>(t: TestContext, files: Readonly<Record<K, string>>): Readonly<Record<K, string>> {
  const folder = mkdtempSync(join(tmpdir(), "dramabot-import-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const paths = {} as Record<K, string>; // filled below
  for (const name in files) {
    paths[name] = join(folder, name);
    mkdirSync(dirname(paths[name]), { recursive: true });
    writeFileSync(paths[name], files[name]);
  }
  return paths;
}

async function load(file: string, options?: ImportOptions): Promise<Readonly<Record<string, unknown>>> {
  const { outcome } = await importModule(file, options);
  if ("error" in outcome) throw outcome.error;
  return outcome.namespace;
}

test("TypeScript is loaded with its siblings and the packages in its own node_modules, and its files are told", async (t) => {
  const files = write(t, {
    "main.ts": `import { two } from "./two.ts"; import three from "three"; const sum: number = 1 + two + three; export { sum };`,
    "two.ts": "export const two: number = 2;",
    "node_modules/three/package.json": `{ "name": "three", "type": "module", "exports": "./index.js" }`,
    "node_modules/three/index.js": "export default 3;",
  });
  const { outcome, files: loaded } = await importModule(files["main.ts"]);
  assert.deepEqual("namespace" in outcome && { ...outcome.namespace }, { sum: 6 });
  assert.deepEqual(loaded, [files["main.ts"], files["two.ts"]]);
});

test("shared names stand for the program's own copies, with every kind of name", async (t) => {
  const files = write(t, {
    "a.mjs": `import seven, { Ours, null as eight } from "shared-by-test"; export { seven, Ours, eight };`,
    "b.js": `import { Ours } from "shared-by-test"; export const made = new Ours();`,
  });
  assert.deepEqual({ ...(await load(files["a.mjs"])) }, { seven: 7, eight: 8, Ours });
  assert.ok((await load(files["b.js"])).made instanceof Ours);
});

test("a second load reads the module and its siblings anew", async (t) => {
  const files = write(t, {
    "main.ts": `export { value } from "./value.ts";`,
    "value.ts": "export const value = 1;",
  });
  assert.equal((await load(files["main.ts"])).value, 1);
  writeFileSync(files["value.ts"], "export const value = 2;");
  assert.equal((await load(files["main.ts"])).value, 2);
});

test("a module that fails gives its error, and the files that were reached", async (t) => {
  const files = write(t, {
    "main.ts": `import "./other.ts";`,
    "other.ts": `throw new RangeError("no");`,
  });
  const { outcome, files: reached } = await importModule(files["main.ts"]);
  assert.ok("error" in outcome && outcome.error instanceof RangeError);
  assert.deepEqual(reached, [files["main.ts"], files["other.ts"]]);
});

test("what would have to be compiled, in the module or a sibling, is refused with its line, on every runtime", async (t) => {
  const files = write(t, {
    "main.ts": `import "./kinds.ts"; export const a = 1;`,
    "kinds.ts": "export const b = 1;\nenum Kind { Film }\nexport default Kind;\n",
  });
  await assert.rejects(load(files["main.ts"]), (error: Error) => {
    assert.match(error.message, /enum is not supported in strip-only mode$/);
    assert.equal("code" in error && error.code, "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX");
    return error.stack?.includes("kinds.ts") ?? false;
  });
});

test("a package that is nowhere is named, with the module that asked for it, on every runtime", async (t) => {
  const files = write(t, { "main.ts": `import "./asks.ts";`, "asks.ts": `import "@nobody/has-it";` });
  const asked = files["asks.ts"].replaceAll("/", ".");
  await assert.rejects(load(files["main.ts"]), {
    code: "ERR_MODULE_NOT_FOUND",
    message: new RegExp(`Cannot find package '@nobody/has-it' imported from ${asked}`),
  });
});

// On Deno the error itself says where.
const lineless = process.versions.deno !== undefined;

test("the line where JavaScript is broken is found, and none where it is not", { skip: lineless }, (t) => {
  const files = write(t, { "bad.mjs": "export const a = [\n  1,\n  2;\n", "good.mjs": "export const a = 1;\n" });
  assert.equal(brokenLine(files["bad.mjs"]), 3);
  assert.equal(brokenLine(files["good.mjs"]), undefined);
});

// Deno takes types out in its own way.
const onDeno = process.versions.deno !== undefined;

/** Finds what was made of files as they were. */
function kept(...files: readonly string[]): Required<ImportOptions> {
  const texts = stripTypes(files);
  return { stripped: (hash) => texts[hash] };
}

test("the text that was kept of a file and of its siblings is what runs", { skip: onDeno }, async (t) => {
  const files = write(t, {
    "main.ts": `import { count } from "./count.ts"; let sum: number = count; sum += 4; export { sum };`,
    "count.ts": "export let count: number = 1; count += 2;",
  });
  const { stripped } = kept(files["main.ts"], files["count.ts"]);
  // Pieces blanked out show which text it was.
  const marked = (hash: string) => stripped(hash)?.replace(/ \w+ \+= \d;/, (piece) => " ".repeat(piece.length));
  const { outcome, files: loaded } = await importModule(files["main.ts"], { stripped: marked });
  assert.deepEqual("namespace" in outcome && { ...outcome.namespace }, { sum: 1 });
  assert.deepEqual(loaded, [files["main.ts"], files["count.ts"]]);
  assert.equal((await load(files["main.ts"], { stripped })).sum, 7);
  assert.equal((await load(files["main.ts"], { stripped: () => undefined })).sum, 7);
});

test("a file that changed is what runs, even where its time and size are as they were", async (t) => {
  const { "main.ts": file } = write(t, { "main.ts": "export const value = 1 as 1;" });
  const options = kept(file);
  const { atime, mtime, size } = statSync(file);
  writeFileSync(file, "export const value = 1 + 1 ;");
  utimesSync(file, atime, mtime);
  assert.deepEqual([statSync(file).mtime, statSync(file).size], [mtime, size]);
  assert.equal((await load(file, options)).value, 2);
});

test("a kept text that is more than the file with pieces taken out is left aside", async (t) => {
  const { "main.ts": file } = write(t, { "main.ts": "export const value: number = 1;\nexport const two = 2;\n" });
  for (const text of [
    "export const value         = 3;\nexport const two = 2;\n",
    "export const value         = 1;\nexport const two = 2;\nexport const more = 3;\n",
    "export const value         = 1;\n\nexport const two = 2;",
    "",
    "{",
  ])
    assert.deepEqual({ ...(await load(file, { stripped: () => text })) }, { value: 1, two: 2 }, text);
});

test("an error in a kept text has the place it has in the file", async (t) => {
  const { "main.ts": file } = write(t, {
    "main.ts": `\ufeffinterface Wide {
  readonly name: "é日😀";
}
const pick = <
  T,
>(of: T): "日" | T => { let it = of as T; if (it) throw new RangeError("no"); return it; }
type Last = 1
;(pick satisfies unknown)<Wide>({ name: "é日😀" } as Wide);
`,
  });
  const placesOf = async (options?: ImportOptions) => {
    const { outcome } = await importModule(file, options);
    assert.ok("error" in outcome && outcome.error instanceof RangeError);
    const lines = (outcome.error.stack ?? "").split("\n").filter((line) => line.includes("main.ts"));
    return lines.map((line) => line.replace(/\?v=\d+/, ""));
  };
  const places = await placesOf();
  assert.match(places[0] ?? "", /main\.ts:6:\d+/);
  assert.match(places[1] ?? "", /main\.ts:8:\d+/);
  assert.deepEqual(await placesOf(kept(file)), places);
});

test("a file that was kept and then broken is told with its line", { skip: lineless }, async (t) => {
  const { "main.ts": file } = write(t, { "main.ts": "export const a: number[] = [\n  1,\n  2];\n" });
  const options = kept(file);
  writeFileSync(file, readFileSync(file, "utf8").replace("2]", "2 "));
  await assert.rejects(load(file, options), (error: Error) => {
    assert.equal("code" in error && error.code, "ERR_INVALID_TYPESCRIPT_SYNTAX");
    return /main\.ts\S*:3\n/.test(error.stack ?? "");
  });
});

test("a link is followed, also to its target's siblings and packages, and to where it leads now", async (t) => {
  const release = (name: string) => ({
    [`${name}/main.ts`]: `import { tail } from "./tail.ts"; import three from "three"; export const all = tail + three;`,
    [`${name}/tail.ts`]: `export const tail: string = "${name}";`,
    [`${name}/node_modules/three/package.json`]: `{ "name": "three", "type": "module", "exports": "./index.js" }`,
    [`${name}/node_modules/three/index.js`]: "export default 3;",
  });
  const files: Record<string, string> = write(t, { ...release("one"), ...release("two") });
  const place = dirname(dirname(files["one/main.ts"] ?? ""));
  const [link, next] = [join(place, "link"), join(place, "next")];
  symlinkSync("one", link);
  const first = await importModule(join(link, "main.ts"));
  assert.equal("namespace" in first.outcome && first.outcome.namespace.all, "one3");
  assert.deepEqual(first.files, [join(link, "main.ts"), files["one/main.ts"], files["one/tail.ts"]]);
  symlinkSync("two", next);
  renameSync(next, link);
  assert.equal((await load(join(link, "main.ts"))).all, "two3");
});

const withoutPipes = process.platform === "win32" && "needs named pipes";

/** A module that imports a named pipe. */
function writePipe(t: TestContext): { readonly file: string; readonly pipe: string } {
  const { "main.ts": file } = write(t, { "main.ts": `import "./pipe.ts";` });
  const pipe = join(dirname(file), "pipe.ts");
  execFileSync("mkfifo", [pipe]);
  return { file, pipe };
}

async function unreadable(file: string) {
  const { outcome, files } = await importModule(file);
  return { files, ...(("error" in outcome && outcome.error) as UnreadableModule).unreadable };
}

test("a named pipe is never waited for", { skip: withoutPipes }, async (t) => {
  const { pipe } = writePipe(t);
  const { path, importer, what } = await unreadable(pipe);
  assert.deepEqual([path, importer, what], [pipe, undefined, "it is a named pipe, and no file"]);
  assert.equal(brokenLine(pipe), undefined);
});

// Deno reads what a module imports before it asks anybody: there the deadline of a process of its own ends it.
test("whoever imports a named pipe is told, and both are among the files", {
  skip: withoutPipes || onDeno,
}, async (t) => {
  const { file, pipe } = writePipe(t);
  const { path, importer, files } = await unreadable(file);
  assert.deepEqual([path, importer, files], [pipe, file, [file, pipe]]);
});

test("a sibling that is not there is among the files, so that its coming is seen", async (t) => {
  const { "main.ts": file } = write(t, { "main.ts": `import "./gone.ts";` });
  const { outcome, files } = await importModule(file);
  assert.ok("error" in outcome);
  assert.deepEqual(files, [file, join(dirname(file), "gone.ts")]);
});
