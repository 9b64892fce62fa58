import assert from "node:assert/strict";
import { test } from "node:test";
import * as v from "valibot";
import { type BotConfig, defineConfig, use } from "../../../core/config/define.ts";
import type { ChosenConfig } from "../../../core/config/form.ts";
import { loadConfiguration } from "../../../core/config/load.ts";
import { definePlugin } from "../../../core/plugin/index.ts";
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

test("an option that a plugin's samples give is told as theirs, and not as one of a file or a variable", () => {
  const toldOf = (options: object, from?: string) => {
    const chosen = { plugins: [{ definition: tv, options: {}, ...(from === undefined ? {} : { from }) }] };
    const overrides = { tv: { ...options } };
    return loadConfiguration({ config: chosen, environment: { TV_URL: "https://set.example/{}" }, overrides });
  };
  const [external] = toldOf({ ulr: 1, url: "x" }, "plugins/tv.ts").plugins;
  assert.equal(
    external?.problem,
    'plugins/tv.ts: the option ulr that its own samples give is no option of this plugin; did you mean url?; the option url that its own samples give holds "x"; it must be a URL, and must hold {}.',
  );
  assert.throws(
    () => toldOf({ url: "x" }),
    /\n {2}tv: the option url that its own samples give holds "x"; it must be a URL/,
  );
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

/** A plugin of the plugins folder, with options that must be given. */
const weather = definePlugin({
  id: "weather-map",
  version: "1.0.0",
  api: 1,
  options: v.strictObject({
    apiKey: v.string(),
    city: v.pipe(v.string("a city, such as Seoul"), v.minLength(2)),
    days: v.optional(v.number(), 3),
  }),
  env: { apiKey: ["WEATHER_KEY", "OLD_WEATHER_KEY"] },
  setup() {},
});

/** Why it is left out. */
function problemOf(options: object, environment: Record<string, string> = {}, more: Partial<ChosenConfig> = {}) {
  const choice = {
    definition: weather,
    options,
    from: "plugins/weather.ts",
  } as unknown as BotConfig["plugins"][number]; // as the loader makes it
  return loadConfiguration({ config: { plugins: [choice], ...more }, environment }).plugins[0]?.problem;
}

test("an external plugin's options that are not set are told with the variable, or with what to write where", () => {
  assert.equal(
    problemOf({ city: "Seoul" }),
    'plugins/weather.ts: its option apiKey is not set; wanted: string. Set WEATHER_KEY, or write external: { "weather-map": { apiKey: … } } into bot.config.ts.',
  );
  const place = "a bot.config.ts beside the executable (or --config FILE)";
  assert.equal(
    problemOf({}, { OLD_WEATHER_KEY: "x" }, { place }),
    `plugins/weather.ts: its option city is not set; wanted: a city, such as Seoul. Write external: { "weather-map": { city: … } } into ${place}.`,
  );
  assert.equal(
    problemOf({}),
    'plugins/weather.ts: its option apiKey is not set; wanted: string; its option city is not set; wanted: a city, such as Seoul. Set WEATHER_KEY, and write external: { "weather-map": { city: … } } into bot.config.ts.',
  );
});

test("an external plugin's options that are wrong are told by where they stand", () => {
  const place = "mine.ts";
  assert.equal(
    problemOf({ apiKey: "x", city: "S", dais: 1 }, {}, { place }),
    "plugins/weather.ts: external.weather-map.dais in mine.ts is no option of this plugin; did you mean days?; " +
      'external.weather-map.city in mine.ts holds "S"; wanted: Invalid length: Expected >=2 but received 1.',
  );
});

test("a built-in plugin's option that is not set is told with its variable", () => {
  const plugins = [use(weather, { city: "Seoul" })];
  assert.deepEqual(problems({}, { plugins }), [
    "bot.config.ts: weather-map.apiKey is not set, and neither is WEATHER_KEY; wanted: string",
  ]);
});

test("a rule about all options together names none of them", () => {
  const either = v.pipe(
    v.strictObject({ city: v.optional(v.string()), place: v.optional(v.string()) }),
    v.check(({ city, place }) => city !== undefined || place !== undefined, "a city or a place"),
  );
  const plugins = [use(definePlugin({ id: "tv", version: "1.0.0", api: 1, options: either, setup() {} }))];
  assert.deepEqual(problems({}, { plugins }), [
    "bot.config.ts: tv's options do not fit together; wanted: a city or a place",
  ]);
});

test("a schema that throws harms its own plugin alone", () => {
  const options = v.custom(() => {
    throw new Error("no luck.");
  });
  const odd = { definition: { ...weather, options }, options: {}, from: "plugins/odd.ts" };
  const config = { plugins: [odd, use(tv)] } as unknown as BotConfig; // as the loader makes it
  assert.deepEqual(
    loadConfiguration({ config, environment: {} }).plugins.map(({ problem }) => problem),
    [
      "plugins/odd.ts: its options could not be checked, for its schema threw: no luck. Mend it, or ask the plugin's author.",
      undefined,
    ],
  );
});
