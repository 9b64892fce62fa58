import assert from "node:assert/strict";
import { test } from "node:test";
import { BotError, type ErrorCode, errorCodes } from "../../../core/domain/errors.ts";
import { blameless, isOwnFault } from "../../../core/plugin/fault.ts";

const aborted = (reason: unknown) => ({ signal: AbortSignal.abort(reason) });
const abortError = new DOMException("This operation was aborted", "AbortError");

test("what a plugin's own code throws is its own fault, whatever it is", () => {
  for (const thrown of [new Error("no"), new TypeError("x is undefined"), "text", undefined, null, Object.create(null)])
    assert.equal(isOwnFault(thrown), true);
});

test("of all error codes only those of plugins' own code are held against a plugin", () => {
  const own = (Object.keys(errorCodes) as ErrorCode[]).filter((code) => isOwnFault(new BotError(code, "it failed")));
  assert.deepEqual(own, ["worker.crashed", "worker.failed", "plugin.invalid", "plugin.failed", "plugin.timeout"]);
});

test("an upstream's error counts as such inside of the plugin's own", () => {
  const slow = new BotError("http.timeout", "no answer");
  assert.equal(isOwnFault(new Error("search failed", { cause: slow })), false);
});

test("a network that fails under the platform's own fetch is no fault", () => {
  const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  assert.equal(isOwnFault(new TypeError("fetch failed", { cause: refused })), false);
  assert.equal(isOwnFault(new TypeError("fetch failed", { cause: new Error("odd") })), true);
});

test("a handler that gives up when it is told to is at fault only when its own time was over", () => {
  assert.equal(isOwnFault(abortError, aborted(new BotError("plugin.timeout", "took too long"))), true);
  assert.equal(isOwnFault(abortError, aborted(new BotError("lookup.timeout", "took too long"))), false);
  assert.equal(isOwnFault(abortError, aborted(undefined)), false);
  assert.equal(isOwnFault(abortError), false);
});

test("a health check may reject to say that something is down, but not by a mistake in its code", () => {
  assert.equal(isOwnFault(new Error("the site is down"), { mayReject: true }), false);
  assert.equal(isOwnFault(new TypeError("x is undefined"), { mayReject: true }), true);
});

test("what a handler was given fails on its own account", async () => {
  const refusal = new Error("Forbidden: bot was blocked by the user");
  const given = blameless(() => Promise.reject(refusal));
  await assert.rejects(given, refusal);
  assert.equal(isOwnFault(refusal), false);
  assert.equal(isOwnFault(new Error("could not answer", { cause: refusal })), false);
});

test("causes that go round in a circle come to an end", () => {
  const one = new Error("one");
  one.cause = one;
  assert.equal(isOwnFault(one), true);
});
