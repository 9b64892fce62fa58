import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as api from "../../../../core/plugin/index.ts";
import { TYPE_NAMES } from "../../../../core/plugin/loader/type-names.ts";

/** Every name that a module of the plugin API exports as a type, those that it passes on among them. */
function typesOf(module: URL): readonly string[] {
  const text = readFileSync(module, "utf8");
  const own = [...text.matchAll(/^export (?:interface|type) (\w+)/gm)].map(([, name = ""]) => name);
  const passedOn = [...text.matchAll(/^export (type )?\{([^}]*)\}/gm)].flatMap(([, all, names = ""]) =>
    names.split(",").flatMap((each) => {
      const [, type = all, name = ""] = /^\s*(type )?(\w+)\s*$/.exec(each) ?? [];
      return type === undefined ? [] : [name];
    }),
  );
  const others = [...text.matchAll(/^export \* from "([^"]+)"/gm)].map(([, path = ""]) => new URL(path, module));
  return [...own, ...passedOn, ...others.flatMap(typesOf)];
}

test("the names are those of the plugin API's types, and none is a value's", () => {
  const types = typesOf(new URL("../../../../core/plugin/index.ts", import.meta.url));
  assert.deepEqual([...TYPE_NAMES].sort(), [...new Set(types)].sort());
  assert.deepEqual(
    [...TYPE_NAMES].filter((name) => name in api),
    [],
  );
});
