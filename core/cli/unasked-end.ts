import type { Environment } from "../config/environment.ts";
import { endProcess, onProcessEnd } from "../platform/process-end.ts";
import { isLoading, type LoadingModule } from "../plugin/stray.ts";
import { currentOwner } from "../telemetry/owner.ts";
import { recordEnd } from "./ends.ts";
import { createImmediateLog } from "./immediate-log.ts";
import type { StrayBlame } from "./strays.ts";

/** A watch over ends that nobody asked for; disposed of when the bot ends in good order. */
export interface UnaskedEndWatch extends Disposable {
  /** Asks this from now on whose code it was that ended the process. */
  attribute(blame: StrayBlame): void;
}

/** Set by whoever ends the process for a reason that was logged. */
let explained = false;

/** Whether the process ends for a reason that was told. */
export function isExplained(): boolean {
  return explained;
}

/** Ends the process where the log says why; the watch keeps silent then. */
export function endExplained(status: number): never {
  explained = true;
  endProcess(status);
}

/**
 * Watches whether something inside the process ends it, such as a plugin's `process.exit(0)`: a supervisor that starts
 * the bot anew after failures would leave it down. It is logged, counted for the plugin whose code it was, and the status
 * is 1: neither 0, nor 78, with which a supervisor does not try again. It begins before the first plugin is loaded.
 *
 * @param notes file of `endsFile`.
 */
export function watchUnaskedEnd(environment: Environment, notes: string): UnaskedEndWatch {
  let blame: StrayBlame | undefined;
  let over = false;
  onProcessEnd((where) => {
    if (over || explained) return;
    process.exitCode = 1;
    const loading = loadingModule();
    const { plugin, place = loading?.shown } = blame?.({ kind: "error", error: where }) ?? {};
    const module = plugin === undefined ? loading?.module : undefined;
    if (plugin !== undefined || module !== undefined) recordEnd(notes, { plugin, module, place });
    // Nothing that takes time is done any more.
    const log = createImmediateLog(environment);
    log.logger(plugin === undefined ? "main" : `plugin.${plugin}`).error(message({ plugin, place }), {
      ...(place === undefined ? {} : { place }),
    });
  });
  return {
    attribute(next) {
      blame = next;
    },
    [Symbol.dispose]() {
      over = true;
    },
  };
}

/** A module that ends the process while it is loaded, before anybody knows a plugin of it. */
function loadingModule(): LoadingModule | undefined {
  const owner = currentOwner();
  return isLoading(owner) ? owner : undefined;
}

function message({ plugin, place }: { plugin?: string | undefined; place?: string | undefined }): string {
  const who = place ?? (plugin === undefined ? "something inside it, likely a plugin" : `plugin "${plugin}"`);
  return `The program was ended by ${who}, with process.exit() or the like. What was under way is done after the next start.`;
}
