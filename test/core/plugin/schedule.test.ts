import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createCondition } from "../../../core/plugin/condition.ts";
import { createSchedule } from "../../../core/plugin/schedule.ts";

const DAY = 86_400_000;

function stage(t: TestContext) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const logged: string[] = [];
  const note = (message: string) => void logged.push(message);
  const stop = new AbortController();
  const failures: string[] = [];
  const condition = createCondition({
    describe: String,
    onFailure: ({ handler, code }) => void failures.push(`${handler}: ${code}`),
    onChange: () => undefined,
    onTrip: () => undefined,
  });
  const log = { debug: note, info: note, warn: note, error: note };
  const schedule = createSchedule({ signal: stop.signal, log, condition });
  /** Lets time pass, and what was due come to its end. */
  const pass = async (ms: number) => {
    t.mock.timers.tick(ms);
    await new Promise(setImmediate);
  };
  return { logged, failures, stop, schedule, pass };
}

test("scheduled work runs every interval and ends with its plugin", async (t) => {
  const { schedule, stop, pass } = stage(t);
  let runs = 0;
  schedule.every(100, async () => void runs++);
  for (let turn = 0; turn < 3; turn++) await pass(100);
  assert.equal(runs, 3);
  stop.abort();
  await pass(1_000);
  assert.equal(runs, 3);
  schedule.every(100, async () => void runs++);
  await pass(1_000);
  assert.equal(runs, 3);
});

test("one piece of work can be ended, and the others go on", async (t) => {
  const { schedule, pass } = stage(t);
  const ran: string[] = [];
  const end = schedule.every(100, async () => void ran.push("ended"));
  schedule.after(100, async () => void ran.push("once"));
  end();
  end();
  await pass(100);
  await pass(1_000);
  assert.deepEqual(ran, ["once"]);
});

test("work that fails, at once or later, is logged and runs again", async (t) => {
  const { schedule, logged, pass } = stage(t);
  let runs = 0;
  schedule.every(100, () => {
    runs++;
    throw new Error("at once");
  });
  schedule.every(100, async () => {
    runs++;
    throw null;
  });
  await pass(100);
  await pass(100);
  assert.equal(runs, 4);
  assert.deepEqual(logged, Array(4).fill("A scheduled task failed."));
});

test("work that never ends is told to give up, logged, and never run twice at once", async (t) => {
  const { schedule, logged, pass } = stage(t);
  const signals: AbortSignal[] = [];
  schedule.every(100, (signal) => {
    signals.push(signal);
    return new Promise(() => undefined);
  });
  await pass(100);
  await pass(59_999);
  assert.deepEqual([signals.length, signals[0]?.aborted], [1, false]);
  await pass(1);
  assert.deepEqual([signals.length, signals[0]?.aborted], [1, true]);
  assert.match(String(signals[0]?.reason), /did not finish within 60 s/);
  await pass(DAY);
  assert.equal(signals.length, 1);
  assert.deepEqual(logged, ["A scheduled task did not finish within 60 s. It is not started again before it has."]);
});

test("work that comes to its end late goes on as before", async (t) => {
  const { schedule, pass } = stage(t);
  let runs = 0;
  const slow = Promise.withResolvers<void>();
  schedule.every(100, async () => {
    if (++runs === 1) await slow.promise;
  });
  await pass(100);
  await pass(120_000);
  slow.resolve();
  await pass(0);
  await pass(100);
  assert.equal(runs, 2);
});

test("work under way is told when its plugin stops, and its failure then is no news", async (t) => {
  const { schedule, stop, logged, pass } = stage(t);
  let told = false;
  schedule.every(100, (signal) => {
    const { promise, reject } = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => {
      told = true;
      reject(signal.reason);
    });
    return promise;
  });
  await pass(100);
  stop.abort();
  await pass(1_000);
  assert.ok(told);
  assert.deepEqual(logged, []);
});

test("an interval longer than a timer can wait does not ring at once", async (t) => {
  const { schedule, pass } = stage(t);
  let runs = 0;
  schedule.every(60 * DAY, async () => void runs++);
  for (let day = 1; day < 60; day++) await pass(DAY);
  assert.equal(runs, 0);
  // Days are long steps for a mock clock: each of the timers in between may begin as much late.
  for (let day = 0; day < 3; day++) await pass(DAY);
  assert.equal(runs, 1);
});

test("a time that is none is refused", (t) => {
  const { schedule } = stage(t);
  for (const odd of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, undefined as unknown as number])
    assert.throws(() => schedule.every(odd, async () => undefined), { code: "plugin.invalid" }, String(odd));
  assert.throws(() => schedule.after(-1, async () => undefined), { code: "plugin.invalid" });
});
