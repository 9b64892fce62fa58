import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ignored, type Variable, variables } from "../../core/config/variables.ts";

const DOCUMENT = readFileSync(new URL("../../docs/operations.md", import.meta.url), "utf8");

test("the table of settings names every variable of the core, with its default", () => {
  const rows = [...DOCUMENT.matchAll(/^\| `([A-Z_]+)` \| (?:`([^`]*)` )?\| \S/gm)];
  const told = Object.fromEntries(rows.map(([, name = "", fallback]) => [name, fallback]));
  const all: Readonly<Record<string, Variable>> = variables;
  const used = Object.entries(all).filter(([name]) => !(name in ignored));
  assert.deepEqual(told, Object.fromEntries(used.map(([name, { fallback }]) => [name, fallback])));
});

test("variables of the predecessor that do nothing are named as such", () => {
  const [, names = ""] = /^((?:`[A-Z_]+`(?:, | and )?)+) are variables of the Python bot/m.exec(DOCUMENT) ?? [];
  assert.deepEqual([...names.matchAll(/[A-Z_]{2,}/g)].map(String).sort(), Object.keys(ignored).sort());
});
