import assert from "node:assert/strict";
import { test } from "node:test";
import { type HealthCheck, healthContract } from "../../../../core/plugin/index.ts";
import { broken, deadline, never, report } from "./broken.ts";

const ABORT = "gives up when its signal aborts";

const goodCheck: HealthCheck = { name: "tv", check: async (signal) => signal.throwIfAborted() };
const healthCases = (part: Partial<HealthCheck>) => healthContract({ ...goodCheck, ...part }, { deadline });

test("a good health check breaks no rule", async () => {
  assert.deepEqual(await broken(healthCases({})), []);
});

for (const [what, part, rule] of [
  ["has no name", { name: " " }, "is well formed"],
  ["fails", { check: () => Promise.reject(new Error("no")) }, "is well while its service answers"],
  [
    "throws at once",
    {
      check: () => {
        throw "no";
      },
    },
    "is well while its service answers",
  ],
  ["never ends", { check: never }, "is well while its service answers"],
  ["is degraded", { check: async () => ({ degraded: "half" }) }, "is well while its service answers"],
  ["has a mistyped key", { requird: true } as Partial<HealthCheck>, "has no mistyped key"],
  ["ignores its signal", { check: async () => undefined }, ABORT],
  ["never ends when aborted", { check: (signal) => (signal.aborted ? never() : Promise.resolve()) }, ABORT],
  [
    "never ends when aborted on the way",
    {
      check: async (signal) => {
        signal.throwIfAborted();
        await new Promise((resolve) => {
          setTimeout(() => signal.aborted || resolve(0), 20);
        });
      },
    },
    ABORT,
  ],
] as const satisfies readonly (readonly [string, Partial<HealthCheck>, string])[]) {
  test(`a health check that ${what} is found out`, async () => {
    const rules = await broken(healthCases(part));
    assert.ok(rules.includes(rule), report(rules));
  });
}
