import assert from "node:assert/strict";
import { test } from "node:test";
import { type ExternalNames, idleExternal } from "../../../core/config/external.ts";

const told = (given: Partial<ExternalNames>) =>
  idleExternal({
    external: {},
    builtIn: ["imdb", "health"],
    found: ["tvmaze"],
    folder: "/bot/plugins",
    file: "mine.ts",
    ...given,
  });

test("what external says of plugins that are there has its effect, and is not told", () => {
  assert.deepEqual(told({ external: { tvmaze: { baseUrl: "x" } } }), []);
  assert.deepEqual(told({ external: { tvmaze: false } }), []);
  // One of the folder may go by a built-in one's id, where that is left out.
  assert.deepEqual(told({ external: { imdb: {} }, found: ["imdb"] }), []);
});

test("an id that no plugin of the folder has is told, with the nearest one that has", () => {
  assert.deepEqual(told({ external: { tvmaz: {}, weather: false } }), [
    'mine.ts: "external.tvmaz" has no effect: no plugin of that id was found in /bot/plugins. Did you mean tvmaze?',
    'mine.ts: "external.weather" has no effect: no plugin of that id was found in /bot/plugins. Mend the id, or take it out.',
  ]);
});

test("a built-in plugin's options belong elsewhere, whether its id is written well or not", () => {
  assert.deepEqual(told({ external: { imdb: {}, health: false, imbd: {} } }), [
    'mine.ts: "external.imdb" has no effect: that plugin is built in. Its options belong in use(imdb, { … }) under plugins.',
    'mine.ts: "external.health" has no effect: that plugin is built in. What is not under plugins is left out.',
    'mine.ts: "external.imbd" has no effect: no plugin of that id was found in /bot/plugins. Did you mean imdb? That one is built in. Its options belong in use(imdb, { … }) under plugins.',
  ]);
});

test("without a plugins folder nothing under external has an effect", () => {
  assert.deepEqual(told({ external: { tvmaze: {} }, found: [], folder: undefined }), [
    'mine.ts: "external.tvmaze" has no effect: no plugins folder is read. Set PLUGINS_DIR.',
  ]);
});

test("an id is shown on one line", () => {
  assert.match(told({ external: { "a\nb": {} } })[0] ?? "", /^mine\.ts: "external\.a\\u\{a\}b" has no effect/);
});
