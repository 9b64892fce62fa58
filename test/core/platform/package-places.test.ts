import assert from "node:assert/strict";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";
import { packagePlaces } from "../../../core/platform/package-places.ts";

test("a package is looked for in every node_modules from the importer up, by its name alone", () => {
  const importer = resolve("plugins", "word", "index.ts");
  for (const [specifier, name] of [
    ["three", "three"],
    ["three/addons/one.js", "three"],
    ["@scope/three/one", "@scope/three"],
  ] as const) {
    const places = packagePlaces(specifier, importer);
    assert.equal(places[0], join(dirname(importer), "node_modules", name, "package.json"));
    assert.equal(places[1], join(dirname(dirname(importer)), "node_modules", name, "package.json"));
    assert.equal(places.at(-1), join(resolve("/"), "node_modules", name, "package.json"));
  }
});

test("what is no package stands nowhere", () => {
  for (const specifier of [
    "./one.ts",
    "../one.ts",
    "/one.ts",
    "#one",
    "node:fs",
    "https://example.org/one.ts",
    "@scope",
    "",
  ])
    assert.deepEqual(packagePlaces(specifier, resolve("index.ts")), [], specifier);
});
