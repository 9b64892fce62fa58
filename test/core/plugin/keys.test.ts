import assert from "node:assert/strict";
import { test } from "node:test";
import { unknownKeys } from "../../../core/plugin/definition.ts";
import { mistypedKeys, strangeKeys } from "../../../core/plugin/keys.ts";

const keys = { known: ["name", "run", "audience"], of: "a command" };
const mistyped = (key: string, meant: string) => ({
  key,
  what: `"${key}" is no key of a command, and has no effect`,
  todo: `Write "${meant}", or take it out`,
});

test("a key that is nearly one that is not there is mistyped; one that is there as well, or of one's own, is not", () => {
  assert.deepEqual(mistypedKeys({ name: "x", run() {}, audence: 1, cache: 1, names: [] }, keys), [
    mistyped("audence", "audience"),
  ]);
  assert.deepEqual(mistypedKeys({ nAme: "x" }, keys), [mistyped("nAme", "name")]);
  class Inherits {
    names = [];
    get name() {
      return "x";
    }
  }
  assert.deepEqual(mistypedKeys(new Inherits(), keys), []);
});

test("of a plain object every key is told that nobody reads, of an instance those alone that are mistyped", () => {
  const own = {
    key: "cache",
    what: '"cache" is no key of a command, and has no effect',
    todo: "It takes name, run, audience",
  };
  assert.deepEqual(strangeKeys({ name: "x", audence: 1, cache: 1 }, keys), [mistyped("audence", "audience"), own]);
  assert.deepEqual(strangeKeys(Object.assign(Object.create(null), { cache: 1 }), keys), [own]);
  class Instance {
    audence = 1;
    cache = 1;
  }
  assert.deepEqual(strangeKeys(new Instance(), keys), [mistyped("audence", "audience")]);
});

test("keys of a definition and of its permissions are looked at, whatever it is", () => {
  const fine = { id: "tv", version: "1.0.0", api: 1, setup() {} };
  const found = (given: unknown) => unknownKeys(given).map(({ key, todo }) => `${key}: ${todo}`);
  assert.deepEqual(found({ ...fine, description: "x", permissions: { http: [] }, samples() {} }), []);
  assert.deepEqual(found({ ...fine, descripton: "x", permissions: { https: [] } }), [
    'descripton: Write "description", or take it out',
    'https: Write "http", or take it out',
  ]);
  const throwing = new Proxy({}, { ownKeys: () => assert.fail("never") });
  for (const odd of [undefined, null, 7, "x", throwing, { permissions: throwing }]) assert.deepEqual(found(odd), []);
});
