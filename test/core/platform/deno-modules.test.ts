import assert from "node:assert/strict";
import { test } from "node:test";
import { missingPackage } from "../../../core/platform/deno-modules.ts";

const importer = "file:///plugins/odd.ts?v=1";

test("a package that became a file beside its importer is missing", () => {
  for (const name of ["left-pad", "@nobody/left-pad", "left-pad/part.js"]) {
    const error = missingPackage(name, importer, `file:///plugins/${name}`);
    assert.equal(error?.message, `Cannot find package '${name}' imported from /plugins/odd.ts`);
  }
});

test("whatever was found, or is no package, is none that is missing", () => {
  for (const [specifier, from, found] of [
    ["left-pad", importer, "file:///plugins/node_modules/left-pad/index.js"],
    ["./left-pad", importer, "file:///plugins/left-pad"],
    ["/plugins/left-pad", importer, "file:///plugins/left-pad"],
    ["node:fs", importer, "node:fs"],
    ["file:///plugins/other.ts", importer, "file:///plugins/other.ts"],
    ["left-pad", undefined, "file:///plugins/left-pad"],
    ["left-pad", "data:text/javascript,", "file:///plugins/left-pad"],
  ] as const)
    assert.equal(missingPackage(specifier, from, found), undefined, specifier);
});
