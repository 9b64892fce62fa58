import assert from "node:assert/strict";
import { test } from "node:test";
import { updateKind } from "../../../core/telegram/update-kind.ts";
import { message, settle, stage } from "./intake-stage.ts";

test("an update's kind is one that the Bot API knows, or other, whatever its keys are", () => {
  const kind = (text: string) => updateKind(JSON.parse(text));
  assert.equal(kind('{"update_id":1,"message":{}}'), "message");
  assert.equal(kind('{"callback_query":{},"update_id":1}'), "callback_query");
  assert.equal(kind('{"update_id":1,"odd":{},"poll":{}}'), "poll");
  const odd = ["__proto__", "constructor", "toString", "odd", "", "update_id"];
  for (const key of odd)
    assert.equal(kind(JSON.stringify({ update_id: 1 }).replace("}", `,"${key}":{}}`)), "other", key);
});

test("updates with many odd keys are counted as one kind", async (t) => {
  const odd = Array.from({ length: 50 }, (_, index) => ({ update_id: index + 1, [`odd_${index}`]: {} }));
  const { intake, outcomes, idle } = await stage(t, { polls: [[...odd, message(51, 7)] as never] });
  await intake.start();
  await idle;
  await settle();
  assert.deepEqual([...new Set(outcomes)].sort(), ["message ok", "other ok"]);
});
