import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { findStripped, stripTypes } from "../../../core/platform/stripped-types.ts";

// There it is left to the runtime.
const skip = process.versions.deno !== undefined;

function write(t: TestContext, files: Readonly<Record<string, string>>): string[] {
  const folder = mkdtempSync(join(tmpdir(), "dramabot-stripped-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return Object.entries(files).map(([name, text]) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  });
}

const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");

test("of each TypeScript file there is its text without types, by its hash", { skip }, (t) => {
  const texts = ["export const a: number = 1;", "export const b = 2 as const;"] as const;
  const files = write(t, { "a.ts": texts[0], "b.mts": texts[1], "c.js": "export const c = 3;" });
  assert.deepEqual(stripTypes(files), {
    [hashOf(texts[0])]: "export const a         = 1;",
    [hashOf(texts[1])]: "export const b = 2         ;",
  });
});

test("what cannot be stripped, or is gone, is passed over", { skip }, (t) => {
  const files = write(t, { "bad.ts": "export const a: = ;", "kinds.ts": "enum Kind { Film }", "good.ts": "let a: 1;" });
  assert.deepEqual(stripTypes(["/nowhere.ts", ...files]), { [hashOf("let a: 1;")]: "let a   ;" });
});

test("one module's texts are no longer than a million signs together", { skip }, (t) => {
  const half = `export const a = 1; // ${"x".repeat(600_000)}`;
  const files = write(t, { "a.ts": `${half}a`, "b.ts": `${half}b`, "c.ts": "let a: 1;" });
  assert.deepEqual(Object.keys(stripTypes(files)), [hashOf(`${half}a`)]);
});

test("a text is found for the very bytes it was made of, wherever signs beyond ASCII or line ends are", {
  skip,
}, (t) => {
  for (const text of [
    "\ufeffconst a: '日😀é' = '日😀é';\r\ntype A = 1\r\n;[a].length",
    "const f = async <\n  T,\n>(a: T,): Promise<\n  T\n> => a",
    "let a = 1\ninterface B {}\n(a)",
  ]) {
    const [file = ""] = write(t, { "a.ts": text });
    const texts = stripTypes([file]);
    const bytes = readFileSync(file);
    assert.equal(
      findStripped(bytes, (hash) => texts[hash]),
      texts[hashOf(text)],
    );
    assert.ok(texts[hashOf(text)]);
    assert.equal(
      findStripped(Buffer.concat([bytes, Buffer.from(" ")]), (hash) => texts[hash]),
      undefined,
    );
  }
});
