import { existsSync } from "node:fs";
import { readEnvironment } from "../config/environment.ts";
import { type InForce, loadConfiguration } from "../config/load.ts";
import { oneLine } from "../config/mask.ts";
import { ignored } from "../config/variables.ts";
import { shownPath } from "../platform/operators-files.ts";
import { createStrayBlame } from "../plugin/stray.ts";
import { currentOwner } from "../telemetry/owner.ts";
import { chooseBotConfig, pluginsFolder } from "./bot-config.ts";
import { keepStdout } from "./keep-stdout.ts";
import { watchExit } from "./plugin/exits.ts";
import { watchPlugins } from "./plugin/watch.ts";

export interface ConfigArguments {
  /** A file to use instead of the built-in `bot.config.ts`. */
  readonly config?: string | undefined;
}

/** Prints every setting in force, where it comes from, and what is set but ignored. */
export async function config({ config: file }: ConfigArguments = {}): Promise<void> {
  const print = keepStdout();
  // No plugin is set up here, so what goes wrong is of a module that was loaded.
  watchPlugins().attribute(createStrayBlame({ running: [], owner: currentOwner }));
  using exits = watchExit();
  const remarks: string[] = [];
  const environment = readEnvironment(process.cwd(), process.env, (remark) => remarks.push(remark));
  const chosen = await chooseBotConfig({ environment, config: file, onProblem: (remark) => remarks.push(remark) });
  exits.know(chosen.plugins);
  const { inForce, notes, plugins } = loadConfiguration({ config: chosen, environment, remarks });
  const leftOut = plugins.flatMap(({ definition: { id }, problem }) =>
    problem === undefined ? [] : [`Plugin "${id}" is left out: ${problem}`],
  );
  const shown = withPluginsFolder(inForce, pluginsFolder(environment)?.path).filter(isOfUse);
  const width = Math.max(...shown.map(({ name }) => name.length));
  const settings = shown.map(({ name, value, from }) => `${name.padEnd(width)}  ${value || "–"}  (${from})`);
  print(`${[...settings, ...notes, ...leftOut].join("\n")}\n`);
}

/** Whether a setting is more than a variable of the predecessor's that does nothing and that nobody set. */
const isOfUse = ({ name, from }: { readonly name: string; readonly from: string }) =>
  !(name in ignored && (from === "unset" || from === "default"));

/**
 * Puts in the folder that is in force while `PLUGINS_DIR` is unset.
 *
 * @param folder the one beside the executable; `undefined` from source.
 */
export function withPluginsFolder(
  inForce: readonly InForce[],
  folder: string | undefined,
): readonly (Omit<InForce, "from"> & { readonly from: string })[] {
  if (folder === undefined) return inForce;
  const from = existsSync(folder) ? "beside the executable" : "beside the executable, not there";
  return inForce.map((one) =>
    one.name === "PLUGINS_DIR" && one.from === "unset" ? { ...one, value: oneLine(shownPath(folder)), from } : one,
  );
}
