import assert from "node:assert/strict";
import { test } from "node:test";
import { tryCases } from "../../../../core/cli/plugin/try-cases.ts";

test("cases are tried one after the other, and one that never ends is given up", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const said: unknown[] = [];
  const boom = () => {
    throw new Error("boom\nboom");
  };
  const cases = [
    { name: "holds", run: async () => undefined },
    { name: "throws", run: boom },
    { name: "waits for ever", run: () => new Promise<void>(() => undefined) },
    { name: "holds too", run: async () => undefined },
  ];
  const tried = tryCases(cases, { about: "one.test.ts:", say: (...told) => void said.push(told) });
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  t.mock.timers.tick(29_999);
  assert.equal(said.length, 2);
  t.mock.timers.tick(1);
  await tried;
  assert.deepEqual(said, [
    [true, "one.test.ts: holds"],
    [false, "one.test.ts: throws", "boom boom"],
    [false, "one.test.ts: waits for ever", "it did not come to its end within 30 s"],
    [true, "one.test.ts: holds too"],
  ]);
});
