import assert from "node:assert/strict";
import { test } from "node:test";
import { BotError, errorCode, errorCodes } from "../../../core/domain/errors.ts";

test("every code is named like its kin and says in whole sentences what it means", () => {
  for (const [code, meaning] of Object.entries(errorCodes)) {
    assert.match(code, /^[a-z]+\.[a-z_]+$/);
    assert.match(meaning, /^[A-Z].*\.$/, code);
  }
});

test("an error carries its code, cause and the rest", () => {
  const cause = new Error("below");
  const error = new BotError("http.rate_limited", "Slow down.", { cause, plugin: "tv", retryAfter: 5, status: 429 });
  const { name, message, code, plugin, retryAfter, status } = error;
  assert.deepEqual(
    { name, message, code, plugin, retryAfter, status, cause: error.cause },
    {
      name: "BotError",
      message: "Slow down.",
      code: "http.rate_limited",
      plugin: "tv",
      retryAfter: 5,
      status: 429,
      cause,
    },
  );
  assert.ok(!("cause" in new BotError("http.timeout", "Late.")), "no cause is not a cause of undefined");
});

test("a code is found through the causes, the nearest first", () => {
  const inner = new BotError("http.timeout", "Late.");
  assert.equal(errorCode(new Error("around", { cause: new Error("again", { cause: inner }) })), "http.timeout");
  assert.equal(errorCode(new BotError("plugin.failed", "It failed.", { cause: inner })), "plugin.failed");
});

test("whatever was thrown, looking for a code ends and throws nothing", () => {
  const circle = new Error("round");
  circle.cause = new Error("and round", { cause: circle });
  let deep: Error = new BotError("http.timeout", "Late.");
  for (let depth = 0; depth < 100; depth++) deep = new Error("deeper", { cause: deep });
  const odd = [
    circle,
    deep,
    undefined,
    null,
    "http.timeout",
    7,
    {},
    Object.create(null),
    { code: "http.timeout" },
    new Error("x"),
  ];
  for (const thrown of odd) assert.equal(errorCode(thrown), undefined);
});

test("an error of the system with a code of its own is none of ours", () => {
  const error = Object.assign(new Error("listen EADDRINUSE"), { code: "EADDRINUSE" });
  assert.equal(errorCode(error), undefined);
});
