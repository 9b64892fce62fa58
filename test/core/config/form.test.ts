import assert from "node:assert/strict";
import { test } from "node:test";
import { type BotConfig, defineConfig, type PluginChoice, use } from "../../../core/config/define.ts";
import { checkForm } from "../../../core/config/form.ts";
import { loadConfiguration } from "../../../core/config/load.ts";
import { tv } from "./checking.ts";

const check = (namespace: Readonly<Record<string, unknown>>) =>
  checkForm(namespace, (what, wanted) => `${what}. ${wanted}`);
const whole = "Wanted: export default defineConfig({ plugins: [use(plugin, { … })] })";
const entry = "Wanted: use(plugin, { … })";

const told = ({ definition, options }: PluginChoice) => ({ id: definition.id, options });

test("a configuration that throws while it is read is told in one line, and so is a plugin in it", () => {
  const fault = () => {
    throw new Error("no\nway");
  };
  const threw = `it threw while it was read: no way. ${whole}`;
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  for (const config of [
    Object.defineProperty({}, "plugins", { enumerable: true, get: fault }),
    { plugins: [], external: { a: Object.defineProperty({}, "key", { enumerable: true, get: fault }) } },
    { plugins: [Object.defineProperty({ definition: tv }, "options", { get: fault })] },
    new Proxy({}, { get: fault }),
    { plugins: new Proxy([], { get: fault }) },
  ])
    assert.deepEqual(check({ default: config }), { plugins: [], problems: [threw] });
  assert.match(check({ default: revoked.proxy }).problems?.[0] ?? "", /^it threw while it was read: /);

  const definition = Object.defineProperty({ ...tv }, "version", { get: fault });
  const [choice] = check({ default: { plugins: [{ definition, options: {} }] } }).plugins;
  assert.equal(choice?.problem, '"version" threw while it was read: no way');
});

test("a configuration of the right form is taken as it is", () => {
  const config = defineConfig({ plugins: [use(tv, { apiKey: "x" })], external: { one: false, two: { a: 1 } } });
  const { plugins, external, problems } = check({ default: config });
  assert.deepEqual(
    [plugins.map(told), external, problems],
    [[{ id: "tv", options: { apiKey: "x" } }], config.external, undefined],
  );
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
  assert.deepEqual(plugins.map(told), [{ id: "tv", options: {} }]);
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
