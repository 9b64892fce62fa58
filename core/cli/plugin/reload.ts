import type { App } from "../../app.ts";
import type { BotConfig, PluginChoice } from "../../config/define.ts";
import type { Environment } from "../../config/environment.ts";
import { type ConfigurationRequest, loadConfiguration } from "../../config/load.ts";
import type { Logger } from "../../plugin/context.ts";
import type { PluginEntry } from "../../plugin/entry.ts";
import { redactSecrets } from "../../telemetry/redact.ts";
import { type BotConfigRequest, type ChosenBotConfig, chooseBotConfig, pluginsFolder } from "../bot-config.ts";
import type { HangUps } from "../hang-ups.ts";
import { type FolderView, watchFolder } from "./folder-watch.ts";

/** Of a folder that is not there. */
const NOTHING: FolderView = { modules: undefined, stamps: {} };

export interface ReloadOptions {
  readonly app: Pick<App, "registry" | "configuration">;
  readonly environment: Environment;
  /** `--config FILE`. */
  readonly config: string | undefined;
  /** What runs. */
  readonly chosen: ChosenBotConfig;
  readonly log: Logger;
  /** Whether changes of files are watched. */
  readonly watch: boolean;
  /** Asks for it on SIGHUP, too, unless the program ends with its terminal. */
  readonly hangUps?: HangUps;
  /** Makes what tells of each plugin's files, at each look, whether it is not to be loaded. */
  readonly heldBack?: () => Promise<NonNullable<BotConfigRequest["heldBack"]>>;
  /** Gives options that stand above all others, by plugin id (the playground's samples). */
  readonly overrides?: (chosen: BotConfig) => Promise<NonNullable<ConfigurationRequest["overrides"]>>;
  /** Called when plugins came, went or changed. */
  readonly onChange?: (problems: readonly string[]) => void;
}

/**
 * Loads external plugins anew when their files have changed: on SIGHUP, and as they change. A new version takes the place
 * of the old one, which finishes what is under way; when it cannot, the old one keeps running as it was.
 *
 * @returns a function that ends it.
 */
export function reloadPlugins(options: ReloadOptions): () => void {
  const { environment, log } = options;
  let current: BotConfig = options.chosen;
  let configured = options.app.configuration.plugins;
  let isEnded = false;
  let work: Promise<void> = Promise.resolve();
  const next = () => {
    work = work.then(reload).catch((error: unknown) => log.error("Plugins could not be reloaded.", { error }));
  };
  options.hangUps?.pass(next);

  const folder = options.watch ? pluginsFolder(environment)?.path : undefined;
  const { view = NOTHING } = options.chosen;
  const watch = folder === undefined ? undefined : watchFolder(folder, { view, onChange: next });

  return () => {
    isEnded = true;
    options.hangUps?.pass(() => undefined);
    watch?.end();
  };

  async function reload(): Promise<void> {
    if (isEnded) return;
    const before = current;
    const onProblem = (message: string) => log.warn(message);
    const held = options.heldBack === undefined ? {} : { heldBack: await options.heldBack() };
    const chosen = await chooseBotConfig({ environment, config: options.config, onProblem, before, ...held });
    // What cannot be used was not looked at any further.
    if (chosen.problems === undefined) watch?.renew(chosen.view ?? NOTHING);
    const plugins = runningFirst(chosen.plugins, configured);
    const config = { ...chosen, plugins };
    const overrides = (await options.overrides?.(config)) ?? {};
    const configuration = loadConfiguration({ config, environment, overrides });
    redactSecrets(configuration.secrets);
    if (isEnded) return;
    configured = configuration.plugins;
    const { registry } = options.app;
    // What "plugin enable" enabled meanwhile.
    const enabled = await registry.revise();
    const external = configuration.plugins.filter(({ from }) => from !== undefined);
    const { renewed, gone } = await registry.renew(external);
    const stays = new Map(renewed.flatMap(({ entry, older }) => (older ? [[entry.definition, older.definition]] : [])));
    current = {
      ...chosen,
      plugins: plugins.map((choice) => {
        const older = before.plugins.find(({ definition }) => definition === stays.get(choice.definition));
        return older ? { ...older, files: [] } : choice; // it has changed as long as this cannot be started
      }),
    };
    const tried = renewed.filter(({ outcome }) => outcome !== "same");
    if (enabled.length + gone.length + tried.length === 0) return;
    options.onChange?.(renewed.flatMap(({ problem }) => problem ?? []));
  }
}

/** Puts plugins that were there before the others: they have their ids already. */
function runningFirst(now: readonly PluginChoice[], before: readonly PluginEntry[]): readonly PluginChoice[] {
  const rank = ({ from, definition: { id } }: PluginChoice) => {
    if (from === undefined) return 0;
    const was = before.some((one) => one.from === from && one.definition.id === id && one.problem === undefined);
    return was ? 1 : 2;
  };
  return [...now].sort((a, b) => rank(a) - rank(b));
}
