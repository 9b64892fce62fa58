import assert from "node:assert/strict";
import { test } from "node:test";
import {
  createQuarantine,
  memoryQuarantine,
  QUARANTINE_SETTING,
  type QuarantineRecord,
} from "../../../core/plugin/quarantine.ts";

const record: QuarantineRecord = {
  id: "odd",
  version: "1.0.0",
  since: 1_700_000_000_000,
  handler: "command /odd",
  code: "plugin.failed",
  reason: "no luck",
  correlationId: "12345678-abcd",
  commands: ["odd"],
  told: false,
};

function over(stored: unknown) {
  const kept = new Map<string, unknown>([[QUARANTINE_SETTING, stored]]);
  const problems: string[] = [];
  const settings = {
    get: async (key: string) => kept.get(key),
    set: async (key: string, value: unknown) => void kept.set(key, JSON.parse(JSON.stringify(value))),
  };
  const quarantine = createQuarantine({ settings, onProblem: (problem) => problems.push(problem) });
  return { quarantine, problems, stored: () => kept.get(QUARANTINE_SETTING) };
}

test("a plugin that was switched off is there until it is removed, once", async () => {
  const quarantine = memoryQuarantine();
  await quarantine.put(record);
  await quarantine.put({ ...record, reason: "no luck again" });
  assert.deepEqual(await quarantine.all(), [{ ...record, reason: "no luck again" }]);
  assert.deepEqual([await quarantine.remove("odd"), await quarantine.remove("odd")], [true, false]);
  assert.deepEqual(await quarantine.all(), []);
});

test("that the owner was told is kept, and brings no plugin back that was enabled meanwhile", async () => {
  const quarantine = memoryQuarantine([record]);
  await quarantine.told("odd");
  assert.deepEqual(await quarantine.all(), [{ ...record, told: true }]);
  await quarantine.remove("odd");
  await quarantine.told("odd");
  assert.deepEqual(await quarantine.all(), []);
});

for (const rubbish of [
  7,
  "text",
  {},
  { odd: record },
  [null],
  [7],
  [{ id: "odd" }],
  [{ ...record, commands: "odd" }],
]) {
  test(`a stored ${JSON.stringify(rubbish).slice(0, 30)} counts as missing, is told, and is written over`, async () => {
    const { quarantine, problems, stored } = over(rubbish);
    assert.deepEqual(await quarantine.all(), []);
    assert.match(problems[0] ?? "", /"plugins\.quarantined" holds something else/);
    await quarantine.put(record);
    assert.deepEqual(stored(), [record]);
  });
}

test("of a list that is half rubbish the other half stays", async () => {
  const { quarantine } = over([null, record, { id: 7 }]);
  assert.deepEqual(await quarantine.all(), [record]);
});

test("changes at the same time are all kept, and the list stays short", async () => {
  const { quarantine, stored } = over(undefined);
  const many = Array.from({ length: 150 }, (_, index) => ({ ...record, id: `odd-${index}` }));
  await Promise.all(many.map((one) => quarantine.put(one)));
  assert.deepEqual(stored(), many.slice(-100));
});

test("a store that fails once is asked again by the next change", async () => {
  let fails = true;
  let kept: unknown;
  const quarantine = createQuarantine({
    settings: {
      get: async () => kept,
      set: async (_key, value) => {
        if (fails) throw new Error("the disk is full");
        kept = value;
      },
    },
  });
  await assert.rejects(quarantine.put(record), /the disk is full/);
  fails = false;
  await quarantine.put(record);
  assert.deepEqual(kept, [record]);
});
