import type { Environment } from "../config/environment.ts";
import type { ConfiguredPlugin } from "../config/load.ts";
import { holdExits } from "../platform/process-end.ts";
import { shownPlace } from "../plugin/shown-place.ts";
import type { Log } from "../telemetry/log.ts";
import { createImmediateLog } from "./immediate-log.ts";
import { endExplained } from "./unasked-end.ts";

/**
 * Ends the process with status 0 as soon as it is asked to stop: while plugins are loaded, which may take long, nothing is
 * there that had to be finished. Disposed of when something is.
 */
export function endWhenAsked(asked: AbortSignal, environment: Environment): Disposable {
  const end = () => {
    createImmediateLog(environment).logger("main").info("Stopped while plugins were loaded.");
    endExplained(0);
  };
  asked.addEventListener("abort", end);
  return {
    [Symbol.dispose]() {
      asked.removeEventListener("abort", end);
    },
  };
}

/**
 * From the moment in which it is asked to stop, plugins cannot end the process before what is under way was finished, as
 * one does that exits on a signal itself. Disposed of when it was.
 */
export function stopDespiteExits(
  asked: AbortSignal,
  { plugins, log }: { readonly plugins: readonly ConfiguredPlugin[]; readonly log: Log },
): Disposable {
  let held: Disposable | undefined;
  let told = false;
  const tell = (where: Error) => {
    if (told) return;
    told = true;
    const [place = "Something, likely a plugin,"] = plugins.flatMap((plugin) => shownPlace(plugin, where) ?? []);
    log.logger("main").warn(`${place} called process.exit() while the bot stops; what is under way is finished first.`);
  };
  const hold = () => {
    held = holdExits(tell);
  };
  asked.addEventListener("abort", hold);
  return {
    [Symbol.dispose]() {
      asked.removeEventListener("abort", hold);
      held?.[Symbol.dispose]();
    },
  };
}
