import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { CommandCall } from "../../../core/plugin/command.ts";
import { originOf } from "../../../core/plugin/origin.ts";
import { plugin, stage } from "./stage.ts";

const call = { signal: new AbortController().signal, reply: async () => undefined } as unknown as CommandCall; // no more is read

test("what a plugin's command throws tells of the plugin and the line, and nothing but errors comes out of it", async (t) => {
  const { registry } = stage();
  t.after(() => registry.dispose());
  const thrown: readonly unknown[] = [new Error("x"), null];
  const entry = plugin("rd", (ctx) => {
    for (const [index, one] of thrown.entries()) {
      const run = () => {
        throw one;
      };
      ctx.commands.add({ name: `rd${index}`, description: "Throws", run });
    }
  });
  await registry.start([{ ...entry, files: [fileURLToPath(import.meta.url)], from: "origin.test.ts" }]);
  const origins: unknown[] = [];
  for (const { run } of registry.items("commands")) {
    const error: unknown = await Promise.resolve(run(call)).catch((one: unknown) => one);
    assert.ok(error instanceof Error);
    const { plugin: id, place } = originOf(error) ?? {};
    origins.push([error.message, id, place?.replace(/\d+$/, "7")]);
  }
  assert.deepEqual(origins, [
    ["x", "rd", "origin.test.ts:7"],
    ["null was thrown", "rd", undefined],
  ]);
  assert.equal(originOf(new Error("of nobody")), undefined);
});
