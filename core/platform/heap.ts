import { PerformanceObserver } from "node:perf_hooks";
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";
import { runtimeName } from "./runtime.ts";

/** Size at which the young generation stops growing, in bytes: smaller costs CPU time, larger only memory. */
const YOUNG = 8 * 1024 * 1024;

/**
 * What V8 is asked for, and how it is by itself. The old generation may grow by three quarters before it is looked
 * through, instead of to four times what is alive. WebAssembly, in which undici reads HTTP, is not compiled a second
 * time: the optimizing compiler takes 25 MB for its one large function, of which 15 stay.
 */
const flags = [
  ["--heap-growing-percent=75", "--heap-growing-percent=0"],
  ["--no-wasm-tier-up", "--wasm-tier-up"],
  ["--no-wasm-dynamic-tiering", "--wasm-dynamic-tiering"],
] as const;
const GROWING = "--semi-space-growth-factor=2";
const STANDING = "--semi-space-growth-factor=1";

/** Flags that take everything back. */
export const usualHeap: readonly string[] = [...flags.map(([, usual]) => usual), GROWING];

/**
 * Keeps V8's heap small from here on, at the cost of about a fifth more CPU time under load. By itself V8 sees a
 * machine with much memory, and lets the young generation alone grow to 128 MB. It is done while the program runs, and
 * not by flags it starts with: those would have the runtime's code cache of its own modules turned down.
 */
export function keepHeapSmall(): void {
  if (!runtimeName().startsWith("node")) return;
  for (const [flag] of flags) setFlagsFromString(flag);
  let standing = false;
  // The young generation grows, and shrinks again, at collections; there is no call for its bound.
  new PerformanceObserver(() => {
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space");
    const isLarge = (young?.space_size ?? 0) >= YOUNG;
    if (isLarge === standing) return;
    standing = isLarge;
    setFlagsFromString(standing ? STANDING : GROWING);
  }).observe({ entryTypes: ["gc"] });
}
