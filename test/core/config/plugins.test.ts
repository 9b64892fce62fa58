import assert from "node:assert/strict";
import { test } from "node:test";
import { type BotConfig, defineConfig, use } from "../../../core/config/define.ts";
import { loadConfiguration } from "../../../core/config/load.ts";
import { load, problems, tv } from "./checking.ts";

test("an older name of a variable is read when the newer is not set", () => {
  const read = (environment: Record<string, string>) => load(environment).plugins[0]?.options;
  assert.deepEqual(read({ OLD_TV_URL: "http://127.0.0.1:1/{}" }), { url: "http://127.0.0.1:1/{}" });
  assert.deepEqual(read({ OLD_TV_URL: "http://a.example/{}", TV_URL: "http://b.example/{}" }), {
    url: "http://b.example/{}",
  });
  assert.deepEqual(problems({ OLD_TV_URL: "x" }), ['OLD_TV_URL holds "x"; it must be a URL, and must hold {}']);
});

test("the environment stands above bot.config.ts, and overrides above both", () => {
  const chosen = defineConfig({ plugins: [use(tv, { url: "https://chosen.example/{}" })] });
  const urlOf = (environment: Record<string, string>, overrides = {}) =>
    loadConfiguration({ config: chosen, environment, overrides }).plugins[0]?.options;
  assert.deepEqual(urlOf({}), { url: "https://chosen.example/{}" });
  assert.deepEqual(urlOf({ TV_URL: "https://set.example/{}" }), { url: "https://set.example/{}" });
  assert.deepEqual(urlOf({ TV_URL: "https://set.example/{}" }, { tv: { url: "https://over.example/{}" } }), {
    url: "https://over.example/{}",
  });
});

test("options of bot.config.ts are checked, and a wrong name names the nearest right one", () => {
  const odd = { definition: tv, options: { ulr: 1, limits: { day: "x" }, zzz: 1 } } as unknown as ReturnType<
    typeof use
  >; // as a JavaScript file may have it
  assert.deepEqual(problems({}, { plugins: [odd] }), [
    "bot.config.ts: tv.ulr is no option of this plugin; did you mean url?",
    "bot.config.ts: tv.zzz is no option of this plugin; it takes url, apiKey, limits",
    'bot.config.ts: tv.limits holds {"day":"x"}; wanted: Invalid type: Expected number but received "x"',
  ]);
});

test("a plugin that stands there twice is told", () => {
  assert.deepEqual(problems({}, { plugins: [use(tv), use(tv)] }), [
    'bot.config.ts: plugin "tv" stands there twice; wanted: once',
  ]);
});

test("a definition that is not well formed is the registry's matter, and stops nothing here", () => {
  const odd = [
    { ...tv, options: { url: 1 }, env: 7 },
    { ...tv, id: "other", setup: undefined },
  ];
  const chosen = odd.map((definition) => ({ definition, options: {} })) as unknown as BotConfig["plugins"]; // likewise
  const { plugins } = load({ TV_URL: "http://10.0.0.1/{}" }, { plugins: chosen });
  assert.deepEqual(
    plugins.map(({ options, operatorOrigins }) => ({ options, operatorOrigins })),
    [
      { options: {}, operatorOrigins: [] },
      { options: {}, operatorOrigins: [] },
    ],
  );
});

test("only origins that the operator set are the operator's", () => {
  assert.deepEqual(load({}).plugins[0]?.operatorOrigins, []);
  const set = load({ TV_URL: "http://10.0.0.1:8000/x?q={}" });
  assert.deepEqual(set.plugins[0]?.operatorOrigins, ["http://10.0.0.1:8000"]);
});
