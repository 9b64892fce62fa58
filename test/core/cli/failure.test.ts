import assert from "node:assert/strict";
import { test } from "node:test";
import { describeFailure } from "../../../core/cli/failure.ts";
import { BotError, errorCodes } from "../../../core/domain/errors.ts";

const quiet = { stack: false };

/** The line, checked to be one. */
function line(error: unknown): string {
  const { text } = describeFailure(error, quiet);
  assert.match(text, /^error \([\w.]+\): [^\n]+\n$/);
  return text.trimEnd();
}

test("an error of ours is told by its code and message", () => {
  assert.equal(
    line(new BotError("lookup.no_such_source", 'There is no source "x".')),
    'error (lookup.no_such_source): There is no source "x".',
  );
});

test("what upstreams did is told with what to try", () => {
  assert.equal(
    line(new BotError("http.blocked", "GET https://example.org/ was answered with 403")),
    `error (http.blocked): GET https://example.org/ was answered with 403. ${errorCodes["http.blocked"]}`,
  );
  assert.ok(line(new BotError("lookup.timeout", "Slow.")).endsWith(errorCodes["lookup.timeout"]));
});

test("the code of a cause counts, and the outer message is shown", () => {
  const error = new Error("The plugin gave up", { cause: new BotError("http.timeout", "Late.") });
  assert.match(line(error), /^error \(http\.timeout\): The plugin gave up\. /);
});

test("a right that Deno was not given is told, whatever came of it, and ends with status 78", () => {
  const refused = Object.assign(new Error('Requires write access to "/data", run again with the --allow-write flag'), {
    name: "NotCapable",
  });
  const error = new BotError("store.failed", "The store cannot be opened.", { cause: refused });
  assert.match(
    line(error),
    /^error \(denied\): Deno refuses it: Requires write access to "\/data".* "deno task" gives/,
  );
  assert.equal(describeFailure(error, quiet).exitCode, 78);
});

test("the problems of a configuration keep their lines, and end with status 78", () => {
  const error = new BotError("config.invalid", "The configuration has 2 problems:\n  A\n  B");
  assert.deepEqual(describeFailure(error, quiet), {
    text: "error (config.invalid): The configuration has 2 problems:\n  A\n  B\n",
    exitCode: 78,
  });
});

test("of many long problems none is lost", () => {
  const problems = Array.from({ length: 40 }, (_, index) => `  VARIABLE_${index} holds "${"x".repeat(400)}"`);
  const { text } = describeFailure(new BotError("config.invalid", `40 problems:\n${problems.join("\n")}`), quiet);
  assert.equal(text.trimEnd().split("\n").length, 41);
  assert.ok(text.includes("VARIABLE_39"));
});

test("what no restart mends ends with 78, everything else with 1", () => {
  const statusOf = (error: unknown) => describeFailure(error, quiet).exitCode;
  for (const code of [
    "config.invalid",
    "data.locked",
    "store.corrupt",
    "store.newer",
    "telegram.unauthorized",
  ] as const)
    assert.equal(statusOf(new BotError(code, "x")), 78, code);
  for (const code of ["store.locked", "telegram.unreachable", "telegram.conflict", "http.timeout"] as const)
    assert.equal(statusOf(new BotError(code, "x")), 1, code);
  assert.equal(statusOf(new Error("x")), 1);
});

test("an error of the system is told with its own code and what to do", () => {
  const error = Object.assign(new Error("listen EADDRINUSE: address already in use 127.0.0.1:8080"), {
    code: "EADDRINUSE",
    syscall: "listen",
  });
  assert.equal(
    line(error),
    "error (EADDRINUSE): listen EADDRINUSE: address already in use 127.0.0.1:8080. Another program listens there. Stop it, or choose another port.",
  );
});

test("an error of the system of which Deno names no call is told by its number", () => {
  const error = new Error("No space left on device (os error 28)");
  assert.equal(line(error), "error (ENOSPC): No space left on device. Make room on the disk.");
});

test("a fault of the program is one line, and its stack is there for who asks", () => {
  const error = new TypeError("x is not a function", { cause: new RangeError("below") });
  assert.match(line(error), /^error \(unexpected\): TypeError: x is not a function\. .*LOG_LEVEL=DEBUG shows where\.$/);
  const { text } = describeFailure(error, { stack: true });
  assert.match(text, /\nTypeError: x is not a function\n {4}at /);
  assert.match(text, /\nbecause RangeError: below\n {4}at /);
});

test("a module that cannot be read is told by its file", () => {
  const error = new SyntaxError("Unexpected identifier");
  error.stack = "file:///srv/bot.config.ts:7\nnot code\n    ^\nSyntaxError: Unexpected identifier";
  assert.match(
    line(error),
    /^error \(unexpected\): SyntaxError: file:\/\/\/srv\/bot\.config\.ts:7: Unexpected identifier\./,
  );
});

test("whatever was thrown, one line without control characters comes of it", () => {
  for (const odd of [
    undefined,
    null,
    "text",
    7,
    {},
    Object.create(null),
    Symbol("x"),
    new Error(""),
    new Error("a\n\u001b[2Jb\u202e\u0000c"),
  ])
    assert.ok(!/[\p{Cc}\u202e]/u.test(line(odd)));
});

test("no line holds a secret", () => {
  const token = "123456789:AAExampleExampleExampleExampleExample";
  const cause = new Error(`https://api.telegram.org/bot${token}/getMe`);
  const error = new BotError("http.unreachable", `GET https://me:hunter22@host/?apikey=hunter33 and ${token}`, {
    cause,
  });
  for (const stack of [false, true]) {
    const { text } = describeFailure(error, { stack });
    for (const secret of ["hunter22", "hunter33", token]) assert.ok(!text.includes(secret), text);
  }
});
