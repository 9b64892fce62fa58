import assert from "node:assert/strict";
import type { HealthCheck } from "../health.ts";
import {
  type ContractCase,
  type ContractOptions,
  endsWhenAborted,
  hasNoMistypedKey,
  isAdmitted,
  keysOf,
  refused,
  settled,
} from "./case.ts";

const KEYS = keysOf<HealthCheck>({ name: true, required: true, check: true });

/** Rules every {@link HealthCheck} keeps while its service answers. */
export function healthContract(
  check: HealthCheck,
  { deadline = 10_000 }: ContractOptions = {},
): readonly ContractCase[] {
  return [
    isAdmitted("health", check),
    hasNoMistypedKey(check, { known: KEYS, of: "a health check" }),
    {
      name: "is well while its service answers",
      async run() {
        const result = await settled("check()", deadline, () => check.check(new AbortController().signal));
        const degraded = typeof result === "object" && result !== null && "degraded" in result;
        assert.ok(!degraded, `it is degraded: ${JSON.stringify(result)}`);
      },
    },
    {
      name: "gives up when its signal aborts",
      async run() {
        await refused("check()", deadline, () => check.check(AbortSignal.abort()));
        await endsWhenAborted("check()", deadline, (signal) => check.check(signal));
      },
    },
  ];
}
