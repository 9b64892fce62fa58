import assert from "node:assert/strict";
import { test } from "node:test";
import * as v from "valibot";
import { definitionProblems, readDefinition } from "../../../core/plugin/definition.ts";
import type { PluginEntry } from "../../../core/plugin/entry.ts";
import { stage } from "./stage.ts";

const fine = { id: "tv", version: "1.0.0", api: 1, setup() {} };

test("a definition with everything in it is in order", () => {
  const everything = {
    ...fine,
    id: "a-plugin-with-a-very-long-name",
    version: "2.10.3-beta.1+build",
    description: "x",
    notice: "x",
    options: v.object({ url: v.string() }),
    env: { url: ["NEW_URL", "OLD_URL"], key: "KEY" },
    permissions: { http: ["api.example.org", "*.example.org", "localhost"] },
    tasks: new URL("file:///tasks.ts"),
    samples: () => Promise.resolve({}),
  };
  assert.deepEqual(definitionProblems(everything), []);
  assert.deepEqual(definitionProblems(fine), []);
});

test("everything that is wrong is told at once, by its name", () => {
  for (const [part, wanted] of [
    [{ id: "TV" }, /^"id" is "TV"; wanted: 2–32 of/],
    [{ id: "x" }, /^"id"/],
    [{ id: "x".repeat(33) }, /^"id"/],
    [{ id: "tv‮" }, /^"id"/],
    [{ id: 7 }, /^"id" is 7/],
    [{ version: "1.0" }, /^"version" is "1\.0"; wanted: like 1\.0\.0/],
    [{ version: undefined }, /^"version" is undefined/],
    [{ api: "1" }, /^"api" is "1"; wanted: the plugin API/],
    [{ api: 2 }, /^it speaks plugin API 2, this program 1$/],
    [{ api: Number.NaN }, /^"api" is NaN/],
    [{ setup: undefined }, /^"setup" is undefined; wanted: a function/],
    [{ setup: "x" }, /^"setup"/],
    [{ options: {} }, /^"options" is of type object; wanted: a valibot schema/],
    [{ env: ["X"] }, undefined],
    [{ env: { url: 7 } }, /^"env"/],
    [{ env: null }, /^"env" is null/],
    [{ permissions: "example.org" }, /^"permissions" is "example\.org"; wanted: \{ http: \[names of hosts\] \}$/],
    [
      { permissions: { http: "example.org" } },
      /^"permissions\.http" is "example\.org"; wanted: a list of names of hosts$/,
    ],
    [
      { permissions: { http: ["example.org", "https://api.x.example/"] } },
      /^"permissions\.http" holds "https:\/\/api\.x\.example\/"; wanted: a host's name alone, such as api\.x\.example$/,
    ],
    [
      { permissions: { http: ["x.example:8080"] } },
      /^"permissions\.http" holds "x\.example:8080"; .*, such as x\.example$/,
    ],
    [{ permissions: { http: ["*"] } }, /^"permissions\.http" holds "\*"; .*, such as api\.example\.org$/],
    [{ permissions: { http: [""] } }, /^"permissions\.http" holds ""; .*, such as api\.example\.org$/],
    [{ permissions: { http: [7] } }, /^"permissions\.http" holds something that is 7; /],
    [{ tasks: "./tasks.ts" }, /^"tasks" is ".\/tasks\.ts"; wanted: new URL\("\.\/tasks\.ts", import\.meta\.url\)$/],
    [{ tasks: new URL("https://tasks.example/tasks.ts") }, /^"tasks" is of type object; wanted: new URL/],
    [{ samples: {} }, /^"samples"/],
    [{ notice: 7 }, /^"notice"/],
  ] as const) {
    const problems = definitionProblems({ ...fine, ...part });
    if (wanted === undefined) assert.deepEqual(problems, []);
    else {
      assert.equal(problems.length, 1, problems.join());
      assert.match(problems[0] ?? "", wanted);
    }
  }
  assert.equal(definitionProblems({}).length, 4);
  const hosts = ["fine.example", "http://one.example", "two.example/"];
  assert.equal(definitionProblems({ ...fine, permissions: { http: hosts } }).length, 2);
});

test("what is no definition at all is told in one sentence", () => {
  for (const odd of [undefined, null, 7, "tv", () => undefined])
    assert.deepEqual(definitionProblems(odd), ["it is no definition; wanted: what definePlugin() gives"]);
});

test("a definition is read once: what says another thing each time, or throws, harms nobody", () => {
  let reads = 0;
  class Odd {
    secret = "kept";
    version = "1.0.0";
    api = 1;
    permissions = { http: ["example.org"] };
    get id() {
      reads++;
      return `tv-${reads}`;
    }
    get notice(): string {
      throw new Error("no notice");
    }
    setup() {
      return this.secret;
    }
  }
  const given = new Odd();
  const { definition, unreadable } = readDefinition(given);
  given.permissions.http.push("*.evil.example");
  assert.deepEqual([definition?.id, definition?.id, reads], ["tv-1", "tv-1", 1]);
  assert.deepEqual(definition?.permissions, { http: ["example.org"] });
  assert.ok(definition);
  assert.equal((definition.setup as () => unknown)(), "kept");
  assert.deepEqual(unreadable, ['"notice" threw while it was read: no notice']);
  const throwing = new Proxy({}, { get: () => assert.fail("never") });
  assert.equal(readDefinition(throwing).unreadable.length, 11);
  for (const nothing of [undefined, null, 7, () => fine]) assert.deepEqual(readDefinition(nothing), { unreadable: [] });
});

test("a plugin whose definition is wrong is left out, and the others run", async () => {
  const { registry } = stage();
  const odd = [undefined, null, {}, { ...fine, id: "future", api: 2 }, { ...fine, id: "empty", setup: undefined }];
  const entries = [...odd, fine].map((definition) => ({ definition, options: {} })) as unknown as PluginEntry[]; // as a JavaScript file may have it
  await registry.start(entries);
  const plugins = registry.plugins();
  assert.deepEqual(
    plugins.slice(-3).map(({ id, state }) => `${id} ${state}`),
    ["future failed", "empty failed", "tv active"],
  );
  assert.match(plugins.at(-3)?.detail ?? "", /speaks plugin API 2, this program 1/);
  assert.match(plugins.at(-2)?.detail ?? "", /"setup" is undefined; wanted: a function/);
  assert.ok(plugins.slice(0, -3).every(({ id, state }) => id === "(nameless)" && state === "failed"));
});
