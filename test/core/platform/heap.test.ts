import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";

const heap = new URL("../../../core/platform/heap.ts", import.meta.url).href;

/** Fills a heap with what soon is garbage, in a process of its own: flags of V8 are one process's. @returns its young generation in MiB. */
function youngAfterLoad({ small }: { readonly small: boolean }): number {
  const program = `
    import { getHeapSpaceStatistics } from "node:v8";
    import { keepHeapSmall } from ${JSON.stringify(heap)};
    if (${small}) keepHeapSmall();
    const kept = [];
    let count = 0;
    for (let turn = 0; turn < 300; turn++) {
      for (let item = 0; item < 2_000; item++) kept[count++ % 40_000] = { count, list: [count], text: "x" + count };
      await new Promise((resolve) => setImmediate(resolve));
    }
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space");
    console.log(young.space_size / 1_048_576);`;
  return Number(execFileSync(process.execPath, ["--input-type=module", "--eval", program], { encoding: "utf8" }));
}

test("under load the young generation stays at a fraction of what V8 would take", () => {
  const usual = youngAfterLoad({ small: false });
  const small = youngAfterLoad({ small: true });
  assert.ok(small <= 16, `it took ${small} MiB`);
  assert.ok(usual > small, `V8 took ${usual} MiB by itself`);
});

test("the flags that take everything back leave V8 as it begins", () => {
  const program = `
    import { setFlagsFromString } from "node:v8";
    import { Script } from "node:vm";
    import { keepHeapSmall, usualHeap } from ${JSON.stringify(heap)};
    // V8 takes a cache for any source of the same length; the same source itself it would remember without one.
    let digit = 0;
    const source = () => "(function () { return " + digit++ + "; })";
    const cachedData = new Script(source()).createCachedData();
    const isTaken = () => !new Script(source(), { cachedData }).cachedDataRejected;
    const taken = [isTaken()];
    keepHeapSmall();
    taken.push(isTaken());
    for (const flag of usualHeap) setFlagsFromString(flag);
    taken.push(isTaken());
    console.log(taken.join(" "));`;
  const said = execFileSync(process.execPath, ["--input-type=module", "--eval", program], { encoding: "utf8" });
  assert.equal(said.trim(), "true false true");
});
