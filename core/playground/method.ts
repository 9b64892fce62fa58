import type { Params } from "./parameters.ts";
import type { World } from "./world.ts";

/** A call of a method, with the files of a form. */
export interface Call {
  readonly params: Params;
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Aborted when the caller leaves. */
  readonly signal: AbortSignal;
}

/** Carries a call out; what it returns is the result. @throws Refusal */
export type Method = (world: World, call: Call) => unknown;
