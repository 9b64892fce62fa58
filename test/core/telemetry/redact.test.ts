import assert from "node:assert/strict";
import { test } from "node:test";
import { BotError } from "../../../core/domain/errors.ts";
import { noteOrigin } from "../../../core/plugin/origin.ts";
import { prettyLine } from "../../../core/telemetry/pretty.ts";
import { redact, redactError, redactSecrets, redactValue } from "../../../core/telemetry/redact.ts";

const token = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsawXY";

test("secrets are taken out wherever they stand", () => {
  const texts: [string, string][] = [
    [`https://api.telegram.org/bot${token}/getMe`, "https://api.telegram.org/bot[redacted]/getMe"],
    [`/file/bot${encodeURIComponent(token)}/x`, "/file/bot[redacted]/x"],
    ["mongodb+srv://bot:p%40ss@db.example.org/x", "mongodb+srv://[redacted]@db.example.org/x"],
    ["redis://:hunter22@127.0.0.1:6379", "redis://[redacted]@127.0.0.1:6379"],
    ["http://x/?q=a&apikey=abc&t=1", "http://x/?q=a&apikey=[redacted]&t=1"],
    ["http://x/?api_key=abc#top", "http://x/?api_key=[redacted]#top"],
    ["apiKey: …abc, apiKey: abc…", "apiKey: [redacted], apiKey: [redacted]"],
    ['{"password": "abc"}', '{"password": "[redacted]"}'],
    ["authorization: Bearer abcdefgh.ijkl", "authorization: Bearer [redacted]"],
  ];
  for (const [text, expected] of texts) assert.equal(redact(text), expected);
});

test("ordinary texts stay as they are", () => {
  for (const text of [
    "Sweet Home (2020)",
    "12:30:45",
    "https://mydramalist.com/search?q=key",
    "a@b.example",
    "write external: { option: { apiKey: … } } into bot.config.ts",
    "external: { option: { apiKey: …, 'access-token': '…', password: … } }.",
    "👩‍👩‍👧 <&>",
    "",
  ]) {
    assert.equal(redact(text), text);
  }
});

test("registered secrets are taken out until they are forgotten, short ones never", () => {
  const forget = redactSecrets(["correct horse", "abc", undefined]);
  assert.equal(redact("a correct horse b correct%20horse abc"), "a [redacted] b [redacted] abc");
  forget();
  assert.equal(redact("a correct horse"), "a correct horse");
});

test("an error is rendered with code, message and causes, without secrets", () => {
  const inner = new Error(`connect redis://u:hunter22@h failed, ${token}`);
  const middle = new AggregateError([inner], "all failed");
  const error = new BotError("http.unreachable", `GET /bot${token} failed`, {
    cause: middle,
    plugin: "imdb",
    status: 502,
  });
  const record = redactError(error);
  assert.equal(record.code, "http.unreachable");
  assert.equal(record.plugin, "imdb");
  assert.equal(record.status, 502);
  assert.equal(record.stack, undefined);
  assert.equal(record.causes?.length, 2);
  assert.doesNotMatch(JSON.stringify(record), /hunter22|AAHdqTcv/);
});

test("a fault of the program keeps its stack, and a loop of causes ends", () => {
  const error = new TypeError(`oh ${token}`);
  error.cause = new Error("inner", { cause: error });
  const record = redactError(error);
  assert.match(record.stack ?? "", /redact\.test\.ts/);
  assert.doesNotMatch(record.stack ?? "", /AAHdqTcv/);
  assert.equal(record.causes?.length, 1);
});

test("an error with a code of the system keeps its stack, one that a BotError led to or comes of does not", () => {
  const missing = Object.assign(new Error("ENOENT: no such file"), { code: "ENOENT" });
  assert.match(redactError(missing).stack ?? "", /redact\.test\.ts/);
  assert.equal(redactError(missing).code, "ENOENT");
  const bot = new BotError("http.timeout", "late", { cause: missing });
  for (const expected of [bot, new Error("outer", { cause: bot }), new AggregateError([bot], "all failed")])
    assert.equal(redactError(expected).stack, undefined);
});

test("of an error out of a plugin's handler the plugin and the place in its files are told, in both forms", () => {
  const error = Object.assign(new Error("no such file"), { code: "ENOENT" });
  error.stack = "Error: no such file\n    at readFileSync (node:fs:1:1)\n    at run (file:///bot/plugins/rd.ts:7:3)";
  assert.equal(redactError(error).plugin, undefined);
  noteOrigin(error, { id: "rd", entry: { files: ["/bot/plugins/rd.ts"], from: "plugins/rd.ts" } });
  const { plugin, place } = redactError(error);
  assert.deepEqual({ plugin, place }, { plugin: "rd", place: "plugins/rd.ts:7" });
  const record = {
    timestamp: "",
    level: "ERROR",
    logger: "telegram",
    message: "/rd failed.",
    error: redactError(error),
  };
  assert.match(
    prettyLine(JSON.stringify(record), { color: false }),
    /rd\.ts:7:3\)\n {4}plugin=rd place=plugins\/rd\.ts:7\n$/,
  );
});

test("anything can be thrown", () => {
  const odd = { [token]: 1n, toJSON: () => assert.fail("never called") };
  for (const thrown of ["text", 7, null, undefined, odd, Symbol("x"), () => 1]) {
    assert.equal(typeof redactError(thrown).message, "string");
    assert.doesNotMatch(JSON.stringify(redactError(thrown)), /AAHdqTcv/);
  }
});

test("values are bounded, cycles cut and secret names hidden", () => {
  const cycle: Record<string, unknown> = {
    apiKey: "short",
    token: 5,
    deep: { a: { b: { c: { d: { e: { f: 1 } } } } } },
  };
  cycle.self = cycle;
  cycle.list = Array.from({ length: 1000 }, (_, i) => i);
  cycle.map = new Map<unknown, unknown>([[1, new Set([new URL("http://u:p@h/")])]]);
  cycle.bytes = new Uint8Array(5);
  cycle.date = new Date(Number.NaN);
  cycle.number = Number.NaN;
  const value = redactValue(cycle) as Record<string, unknown>;
  assert.equal(value.apiKey, "[redacted]");
  assert.equal(value.token, "[redacted]");
  assert.equal(value.self, "[cycle]");
  assert.equal((value.list as unknown[]).length, 50);
  assert.deepEqual(value.map, { 1: ["http://[redacted]@h/"] });
  assert.equal(value.bytes, "[5 bytes]");
  assert.match(JSON.stringify(value.deep), /\[deeper\]/);
  assert.doesNotThrow(() => JSON.stringify(value));
});

test("huge hostile texts are redacted in no time and cut", () => {
  const started = performance.now();
  for (const piece of [
    "1",
    "a",
    "a:",
    "://",
    "x://a@",
    "?key=",
    "password=",
    "Bearer ",
    "1:A",
    `${token} `,
    "\u0000",
  ]) {
    assert.ok(redact(piece.repeat(1_000_000 / piece.length)).length <= 8192);
  }
  assert.ok(performance.now() - started < 1000);
});
