import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { brokenLine, importModule, shareModules } from "../../../core/platform/import-module.ts";

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

async function load(file: string): Promise<Readonly<Record<string, unknown>>> {
  const { outcome } = await importModule(file);
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
