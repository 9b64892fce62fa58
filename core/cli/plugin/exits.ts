import { isToldToEnd, onProcessEnd } from "../../platform/process-end.ts";
import { type PluginFiles, shownPlace } from "../../plugin/shown-place.ts";
import { isLoading, isRunning } from "../../plugin/stray.ts";
import { currentOwner } from "../../telemetry/owner.ts";
import { oneTerminalLine } from "../terminal.ts";
import { isExplained } from "../unasked-end.ts";

/** A watch that ends when it is disposed of: the command is through, and may end. A plugin may not, even then. */
export interface ExitWatch extends Disposable {
  /** Tells of plugins that are about to run. */
  know(plugins: readonly PluginFiles[]): void;
}

const toStderr = (line: string) => void process.stderr.write(`${oneTerminalLine(line)}\n`);

/**
 * Watches whether a plugin ends the process of a command that tries plugins, so that a `process.exit(0)` is no success:
 * it is told, and the status is another than 0.
 *
 * @param tell told in one line what ended the program. Default: stderr is.
 */
export function watchExit(tell: (line: string) => void = toStderr): ExitWatch {
  const known: PluginFiles[] = [];
  let through = false;
  onProcessEnd((where) => {
    if (isExplained()) return;
    const place = known.flatMap((plugin) => shownPlace(plugin, where) ?? [])[0] ?? ownersPlace(where);
    if (through && place === undefined) return;
    const status = Number(process.exitCode ?? 0);
    process.exitCode = status === 0 ? 1 : status;
    const what = place
      ? `${place}: it ended the program`
      : "Something, likely a plugin, ended the program before it was through";
    tell(`${what} (status ${status}). A plugin must not end the program.`);
  });
  return {
    know: (plugins) => void known.push(...plugins),
    [Symbol.dispose]() {
      through = true;
    },
  };
}

/** Where it was called, when a module that is loaded began it, be it one that is left out, or a plugin with a function of others. */
function ownersPlace(where: Error): string | undefined {
  // A runtime may end by itself in the context of whatever ran last.
  if (!isToldToEnd()) return undefined;
  const owner = currentOwner();
  if (isLoading(owner)) {
    const { module, shown } = owner;
    return shownPlace({ files: [module], from: shown }, where) ?? shown;
  }
  if (isRunning(owner)) return shownPlace(owner.entry, where) ?? owner.entry.from ?? `Plugin "${owner.id}"`;
  return undefined;
}
