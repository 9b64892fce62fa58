import assert from "node:assert/strict";
import { test } from "node:test";
import { type BotConfig, defineConfig, use } from "../../../core/config/define.ts";
import { checkForm } from "../../../core/config/form.ts";
import { loadConfiguration } from "../../../core/config/load.ts";
import { tv } from "./checking.ts";

const check = (namespace: Readonly<Record<string, unknown>>) =>
  checkForm(namespace, (what, wanted) => `${what}. ${wanted}`);
const whole = "Wanted: export default defineConfig({ plugins: [use(plugin, { … })] })";
const entry = "Wanted: use(plugin, { … })";

test("a configuration of the right form is taken as it is", () => {
  const config = defineConfig({ plugins: [use(tv, { apiKey: "x" })], external: { one: false, two: { a: 1 } } });
  assert.deepEqual(check({ default: config }), config);
  assert.deepEqual(check({ default: defineConfig({ plugins: [] }) }), { plugins: [] });
});

test("a module that exports no configuration is told in one line", () => {
  for (const [namespace, what] of [
    [{}, "there is no default export"],
    [{ config: {} }, "there is no default export"],
    [{ default: undefined }, "there is no default export"],
    [{ default: 5 }, "the default export is no configuration"],
    [{ default: null }, "the default export is no configuration"],
    [{ default: [] }, "the default export is no configuration"],
    [{ default: () => ({ plugins: [] }) }, "the default export is no configuration"],
    [{ default: defineConfig({} as BotConfig) }, "there is no list of plugins"], // as a JavaScript file may call it
    [{ default: { plugins: "x" } }, '"plugins" is no list'],
    [{ default: { plugins: { 0: use(tv) } } }, '"plugins" is no list'],
  ] as const)
    assert.deepEqual(check(namespace), { plugins: [], problems: [`${what}. ${whole}`] }, what);
});

test("entries that are no plugin are told by their place, and the others stay", () => {
  const sparse = Array.from({ length: 1 });
  delete sparse[0];
  const odd = [undefined, null, 1, "mdl", [], {}, { definition: {} }, { definition: { id: 7 } }, ...sparse];
  const { plugins, problems } = check({ default: { plugins: [...odd, tv, { definition: tv }, use(tv)] } });
  assert.deepEqual(plugins, [use(tv)]);
  assert.deepEqual(problems, [
    ...odd.map((_, index) => `entry ${index + 1} of plugins is none. ${entry}`),
    `entry 10 of plugins is plugin "tv" by itself. ${entry}`,
    `entry 11 of plugins is plugin "tv" with options that are none. ${entry}`,
  ]);
});

test("all that is wrong is told at once, with what is wrong in the environment", () => {
  const config = check({ default: { plugins: [7, use(tv)], external: { a: 1, b: false }, extra: 1, "x\ny": 1 } });
  assert.deepEqual(config.external, { b: false });
  assert.throws(() => loadConfiguration({ config, environment: { PORT: "http", TV_URL: "x" } }), {
    code: "config.invalid",
    message: [
      "The configuration has 6 problems:",
      '  PORT holds "http"; wanted: a port, 0–65535',
      `  entry 1 of plugins is none. ${entry}`,
      `  "external.a" is neither options nor false. ${whole}`,
      `  "extra" is nothing that can be set here. ${whole}`,
      `  "x\\u{a}y" is nothing that can be set here. ${whole}`,
      '  TV_URL holds "x"; it must be a URL, and must hold {}',
    ].join("\n"),
  });
  assert.throws(
    () => loadConfiguration({ config: check({ default: { external: 5 } }), environment: {} }),
    /2 problems/,
  );
});
