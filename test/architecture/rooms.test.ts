import assert from "node:assert/strict";
import { test } from "node:test";
import { importsOf } from "./imports.ts";
import { violation } from "./rooms.ts";

/** What is wrong with a file of this source. */
const wrong = (file: string, source: string) => importsOf(file, source).flatMap((one) => violation(one) ?? []);

test("an arrow that is turned around is found, however it is written", () => {
  for (const [file, source] of [
    ["core/domain/card.ts", 'import { x } from "../telegram/router.ts";'],
    ["core/domain/card.ts", "import type { Record } from '../plugin/source.ts';"],
    ["core/http/client.ts", 'export * from "../../bot.config.ts";'],
    ["core/http/client.ts", 'import "../app.ts";'],
    ["core/store/sqlite/open.ts", "new URL('../../workers/entry.ts', import.meta.url);"],
    ["core/playground/server.ts", "let x: import('../domain/html.ts').Html;"],
    ["core/plugin/registry.ts", "export { x } from '../../test/program.ts';"],
    ["core/server/server.ts", 'import "../../../elsewhere.ts";'],
    ["plugins/imdb/index.ts", 'import { x } from "../../core/http/client.ts";'],
    ["plugins/imdb/index.ts", "const x = await import(`../../core/http/client.ts`);"],
  ] as const)
    assert.match(wrong(file, source).join(), / may not point at /, `${file}: ${source}`);
});

test("no plugin knows another one, nor may the core know one", () => {
  const source = 'import { x } from "../mydramalist/text.ts";';
  assert.deepEqual(wrong("plugins/imdb/index.ts", source), [
    "plugins/imdb/index.ts:1 imports plugins/mydramalist/text.ts: plugins/imdb may not point at plugins/mydramalist",
  ]);
  assert.deepEqual(wrong("plugins/imdb/index.ts", 'import "./text.ts"; import "dramabot/plugin";'), []);
  assert.match(wrong("core/lookup/lookup.ts", 'import "../../plugins/imdb/index.ts";').join(), /may not point at/);
});

test("a package out of its room is found, however it is written", () => {
  for (const [file, source] of [
    ["core/plugin/registry.ts", 'import { x } from "undici";'],
    ["core/telegram/transport.ts", "await import('undici');"],
    ["core/telegram/transport.ts", "await import(`undici`);"],
    ["core/telegram/transport.ts", "export type { Pool } from 'undici';"],
    ["core/telegram/transport.ts", "createRequire(import.meta.url)('undici');"],
    ["core/server/server.ts", "require('undici');"],
    ["core/lookup/lookup.ts", 'import "grammy/types";'],
    ["core/lookup/lookup.ts", 'import "@grammyjs/types";'],
    ["core/http/client.ts", 'import "dramabot/plugin";'],
    ["core/store/sqlite/open.ts", 'import "node:sqlite";'],
    ["core/config/load.ts", "import { createRequire } from 'node:module';"],
    ["core/config/load.ts", "import 'fs';"],
    ["core/config/load.ts", "import '/etc/passwd';"],
  ] as const)
    assert.match(wrong(file, source).join(), / is none of the packages of /, `${file}: ${source}`);
});

test("core/domain is pure: no package, and nothing of Node's", () => {
  for (const name of ["valibot", "node:crypto", "node:fs/promises", "node:util"])
    assert.equal(wrong("core/domain/card.ts", `import "${name}";`).length, 1, name);
  assert.deepEqual(wrong("core/domain/card.ts", 'import "./html.ts";'), []);
});

test("an import that only running would tell is found, but where it is the file's work", () => {
  assert.match(wrong("core/http/client.ts", "await import(name);").join(), /only running would tell/);
  assert.match(wrong("core/platform/serve.ts", "await import(name);").join(), /only running would tell/);
  assert.deepEqual(wrong("core/platform/import-module.ts", "await import(name);"), []);
});

test("a room that is not in the table is found", () => {
  assert.deepEqual(wrong("core/novel/one.ts", 'import "./two.ts";'), [
    "core/novel/one.ts:1: core/novel is no room of the table",
  ]);
});

test("what the table names is let through", () => {
  for (const [file, source] of [
    ["core/http/client.ts", 'import "undici"; import "node:stream/promises"; import "../domain/errors.ts";'],
    ["core/server/server.ts", "import 'hono/body-limit';"],
    ["core/app.ts", 'import "./http/client.ts"; import "../bot.config.ts";'],
    ["core/cli/version.ts", 'new URL("../../package.json", import.meta.url);'],
    ["core/platform/sqlite.ts", 'import "node:sqlite";'],
  ] as const)
    assert.deepEqual(wrong(file, source), [], source);
});
