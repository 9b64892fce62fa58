import assert from "node:assert/strict";
import { test } from "node:test";
import { createBreaker } from "../../../core/plugin/breaker.ts";

function stage() {
  let time = 1_000_000;
  const breaker = createBreaker({ now: () => time });
  return { breaker, pass: (ms: number) => (time += ms) };
}

test("a handler ails at its third failure in a row, and a success in between begins the row anew", () => {
  const { breaker } = stage();
  assert.deepEqual([breaker.failed(), breaker.failed()], ["well", "well"]);
  breaker.succeeded();
  assert.deepEqual([breaker.failed(), breaker.failed(), breaker.failed()], ["well", "well", "ailing"]);
});

test("ten failures within ten minutes switch the plugin off", () => {
  const { breaker, pass } = stage();
  for (let failure = 1; failure < 10; failure++) {
    assert.notEqual(breaker.failed(), "tripped", `failure ${failure}`);
    pass(50_000);
  }
  assert.equal(breaker.failed(), "tripped");
});

test("failures that lie further apart do not", () => {
  const { breaker, pass } = stage();
  for (let failure = 0; failure < 100; failure++) {
    assert.notEqual(breaker.failed(), "tripped");
    pass(70_000);
  }
});

test("a handler most of whose calls work is not switched off, however many fail", () => {
  const { breaker, pass } = stage();
  for (let call = 0; call < 1_000; call++) {
    breaker.succeeded();
    breaker.succeeded();
    assert.equal(breaker.failed(), "well");
    pass(1_000);
  }
});

test("a clock that stands still, as on a machine that slept, loses nothing", () => {
  const { breaker, pass } = stage();
  for (let failure = 0; failure < 9; failure++) breaker.failed();
  pass(86_400_000);
  assert.equal(breaker.failed(), "ailing");
});
