import { existsSync, watch } from "node:fs";
import type { App } from "../../app.ts";
import type { BotConfig } from "../../config/define.ts";
import type { Environment } from "../../config/environment.ts";
import { type ConfigurationRequest, loadConfiguration } from "../../config/load.ts";
import type { Logger } from "../../plugin/context.ts";
import { chooseBotConfig, pluginsFolder } from "../bot-config.ts";

/** How long a folder must have been quiet before its plugins are looked at, in ms: editors write in several steps. */
const QUIET = 300;

export interface ReloadOptions {
  readonly app: Pick<App, "registry">;
  readonly environment: Environment;
  /** `--config FILE`. */
  readonly config: string | undefined;
  /** What runs. */
  readonly chosen: BotConfig;
  readonly log: Logger;
  /** Whether changes of files are watched. */
  readonly watch: boolean;
  /** Whether SIGHUP asks for it, too: a program at a terminal ends with its terminal instead. */
  readonly onHangUp: boolean;
  /** Gives options that stand above all others, by plugin id (the playground's samples). */
  readonly overrides?: (chosen: BotConfig) => Promise<NonNullable<ConfigurationRequest["overrides"]>>;
  /** Called when plugins came, went or changed. */
  readonly onChange?: (problems: readonly string[]) => void;
}

/**
 * Loads external plugins anew when their files have changed: on SIGHUP, and as they change. Registrations of the old one
 * are undone, and it finishes what is under way. A plugin that cannot be loaded any more keeps running as it was.
 *
 * @returns a function that ends it.
 */
export function reloadPlugins(options: ReloadOptions): () => void {
  const { environment, log } = options;
  let current = options.chosen;
  let work: Promise<void> = Promise.resolve();
  const next = () => {
    work = work.then(reload).catch((error: unknown) => log.error("Plugins could not be reloaded.", { error }));
  };
  if (options.onHangUp) process.on("SIGHUP", next);

  const folder = pluginsFolder(environment)?.path;
  let quiet: NodeJS.Timeout | undefined;
  const watcher =
    options.watch && folder !== undefined && existsSync(folder)
      ? watch(folder, { recursive: true }, () => {
          clearTimeout(quiet);
          quiet = setTimeout(next, QUIET);
        })
      : undefined;
  watcher?.on("error", (error) => log.warn("The plugins folder is watched no longer; send SIGHUP instead.", { error }));

  return () => {
    process.off("SIGHUP", next);
    clearTimeout(quiet);
    watcher?.close();
  };

  async function reload(): Promise<void> {
    const onProblem = (message: string) => log.warn(message);
    const before = current;
    const chosen = await chooseBotConfig({ environment, config: options.config, onProblem, before });
    const { registry } = options.app;
    const overrides = (await options.overrides?.(chosen)) ?? {};
    const configured = loadConfiguration({ config: chosen, environment, overrides }).plugins;
    const problems: string[] = [];
    const kept: BotConfig["plugins"][number][] = [];
    // What "plugin enable" enabled meanwhile.
    let changes = (await registry.revise()).length;
    for (const [index, choice] of chosen.plugins.entries()) {
      const entry = configured[index];
      const known = before.plugins.includes(choice);
      const older = before.plugins.find(({ from, problem }) => from === choice.from && problem === undefined);
      if (choice.from === undefined || entry === undefined || known) {
        kept.push(choice);
        if (entry?.problem !== undefined) problems.push(entry.problem);
      } else if (entry.problem !== undefined && older !== undefined) {
        log.error(`Plugin "${older.definition.id}" stays as it was: ${entry.problem}`);
        problems.push(entry.problem);
        kept.push({ ...older, files: [] }); // it has changed as long as this cannot be loaded
      } else {
        if (older !== undefined) registry.retire(older.definition.id);
        await registry.replace(entry);
        if (entry.problem === undefined)
          log.info(`Plugin "${entry.definition.id}" ${entry.definition.version} was loaded from ${choice.from}.`);
        changes++;
        kept.push(choice);
        if (entry.problem !== undefined) problems.push(entry.problem);
      }
    }
    for (const { from, definition } of before.plugins) {
      if (from === undefined || chosen.plugins.some((choice) => choice.from === from)) continue;
      registry.retire(definition.id);
      log.info(`Plugin "${definition.id}" was taken away: ${from} is gone.`);
      changes++;
    }
    current = { ...chosen, plugins: kept };
    if (changes > 0 || problems.length > 0) options.onChange?.(problems);
  }
}
