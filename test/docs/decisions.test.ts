import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");

test("the decisions name every test file that Deno's task leaves out, and count the others", () => {
  const text = read("docs/decisions.md");
  const { exclude } = JSON.parse(read("deno.json")).test as { readonly exclude: readonly string[] };
  const all = globSync(["test/**/*.test.ts", "examples/**/*.test.ts"], { cwd: root }).map((file) =>
    file.replaceAll("\\", "/"),
  );
  const taken = all.filter(
    (file) => !exclude.some((left) => file === left || (/\/$/.test(left) && file.startsWith(left))),
  );
  assert.match(text, new RegExp(`\\b${taken.length} of ${all.length} files \\(\`deno task test\`\\)`));
  const named = [...text.matchAll(/`([\w/-]+)(\*?)`/g)].map(([, name = "", star]) => ({ name, star: star !== "" }));
  for (const left of exclude) {
    const path = left.replace(/^test\/core\/|\/$|\.test\.ts$/g, "").replace(/\.test\.ts$/, "");
    assert.ok(
      named.some(({ name, star }) => name === path || (star && path.startsWith(name))),
      `${left} is left out, and no reason given`,
    );
  }
});
