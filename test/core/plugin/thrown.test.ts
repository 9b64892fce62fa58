import assert from "node:assert/strict";
import { test } from "node:test";
import { BotError } from "../../../core/domain/errors.ts";
import { asError, soundly, stackOf } from "../../../core/plugin/thrown.ts";

const fault = () => {
  throw new Error("read me not");
};
const revoked = Proxy.revocable(new Error("x"), {});
revoked.revoke();
const withGetter = (key: string) => Object.defineProperty(new Error("told"), key, { get: fault });

test("what can be looked at stays what it is", () => {
  const coded = new BotError("http.timeout", "late", { cause: new Error("cause") });
  for (const sound of [new Error("x"), new TypeError(""), coded, { code: 7 }, "text", 7, null, undefined, Symbol("x")])
    assert.equal(soundly(sound), sound);
});

test("what throws when it is looked at, or is no error but by its class, becomes one that tells of it", () => {
  const odd: readonly (readonly [unknown, RegExp])[] = [
    [withGetter("message"), /^something that cannot be shown was thrown$/],
    [withGetter("name"), /^told$/],
    [withGetter("cause"), /^told$/],
    [withGetter("code"), /^told$/],
    [Object.assign(new Error("told"), { cause: withGetter("message") }), /^told$/],
    [Object.assign(new Error("told"), { message: 5 }), /^something that cannot be shown/],
    [revoked.proxy, /^something that cannot be shown/],
    [new Proxy({}, { getPrototypeOf: fault }), /^something that cannot be shown|object/],
  ];
  for (const [thrown, message] of odd) {
    const error = soundly(thrown);
    assert.ok(error instanceof Error && error !== thrown);
    assert.match(error.message, message);
    assert.equal(typeof error.stack, "string");
    assert.equal(soundly(error), error);
  }
});

test("what is no error becomes one that says what was thrown", () => {
  const error = new TypeError("x");
  assert.equal(asError(error), error);
  const said = [null, undefined, 7, "text", { a: 1 }].map((thrown) => asError(thrown).message);
  assert.deepEqual(said, [
    "null was thrown",
    "undefined was thrown",
    "7 was thrown",
    '"text" was thrown',
    "an object that is no error was thrown",
  ]);
  assert.deepEqual([asError({ a: 1 }).cause, asError(null).stack], [{ a: 1 }, undefined]);
});

test("a stack is a text or nothing", () => {
  const error = new Error("x");
  assert.equal(stackOf(error), error.stack);
  assert.equal(stackOf(Object.assign(new Error("x"), { stack: 5 })), undefined);
  for (const odd of [withGetter("stack"), revoked.proxy, { stack: "no error" }, undefined, null, "x"])
    assert.equal(stackOf(odd), undefined);
  const before = Error.prepareStackTrace;
  Error.prepareStackTrace = (_error, frames) => frames;
  try {
    assert.equal(stackOf(new Error("x")), undefined);
  } finally {
    if (before === undefined) Reflect.deleteProperty(Error, "prepareStackTrace");
    else Error.prepareStackTrace = before;
  }
});
