import { statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { BotConfig, PluginChoice } from "../config/define.ts";
import type { Environment } from "../config/environment.ts";
import { readBotConfig } from "../config/file.ts";
import type { ChosenConfig } from "../config/form.ts";
import { isBinary } from "../platform/packaged.ts";
import { findCandidates } from "../plugin/loader/candidates.ts";
import type { LoaderHost } from "../plugin/loader/host.ts";
import { loadPlugin, stampsOf } from "../plugin/loader/load.ts";
import { readBuiltIn } from "./built-in.ts";
import { versionInformation } from "./version.ts";

export interface BotConfigRequest {
  readonly environment: Environment;
  /** `--config FILE`. */
  readonly config?: string | undefined;
  /** Told about what the operator should know, such as a plugins folder that is not there. */
  readonly onProblem?: (message: string) => void;
  /** What was chosen before: an external plugin none of whose files changed is taken from there as it is. */
  readonly before?: BotConfig;
}

/**
 * Reads which plugins run: `--config FILE`, a `bot.config.ts` beside the executable, or the one inside, and behind
 * them what stands in the plugins folder. An external plugin that cannot be loaded is among them, with what is wrong.
 *
 * @returns also when the file is not there or cannot be used: with problems, which `loadConfiguration` tells with all
 *   others.
 */
export async function chooseBotConfig(request: BotConfigRequest): Promise<ChosenConfig> {
  const { environment, onProblem } = request;
  const file = configFile(request.config);
  const folder = pluginsFolder(environment);
  const builtIn = await readBuiltIn();
  if (file === undefined && folder === undefined) return builtIn;
  const host = await pluginHost(builtIn.plugins);
  const chosen = file === undefined ? builtIn : await readFile(file, host);
  // What cannot run needs no further plugins.
  if (folder === undefined || chosen.problems !== undefined) return chosen;
  const candidates = findCandidates(folder.path, host);
  if (candidates === undefined && folder.asked) onProblem?.(`PLUGINS_DIR: there is no folder ${folder.path}.`);
  if (candidates === undefined || candidates.length === 0) return chosen;
  const external = await loadExternal(candidates, environment, host);
  return { ...chosen, plugins: [...chosen.plugins, ...external] };

  async function loadExternal(
    found: NonNullable<typeof candidates>,
    { DATA_DIR = "./data" }: Environment,
    loaderHost: typeof host,
  ): Promise<readonly PluginChoice[]> {
    const { probeInChild } = await import("./plugin-probe.ts");
    const { openPluginMemory } = await import("./plugin-memory.ts");
    const memory = openPluginMemory({ dataDir: DATA_DIR, version: versionInformation().version });
    const probe = (plugin: string) => probeInChild(plugin, { host: loaderHost });
    const loaded: PluginChoice[] = [];
    // One after the other: each first load is a process of its own, and the order decides who has a command.
    for (const candidate of found) {
      const kept = unchanged(request.before, candidate.file, loaderHost);
      if (kept !== undefined) {
        loaded.push(kept);
        continue;
      }
      const plugin = await loadPlugin(candidate, { host: loaderHost, probe, memory });
      const options = chosen.external?.[plugin.id];
      if (options === false) continue;
      loaded.push({
        definition: plugin.definition ?? { id: plugin.id, version: "?", api: 1, setup: () => undefined },
        options: options ?? {},
        from: loaderHost.shown(plugin.file),
        files: plugin.files,
        stamps: stampsOf(plugin.files, loaderHost),
        ...(plugin.problem === undefined ? {} : { problem: plugin.problem }),
      });
    }
    return loaded;
  }
}

/** The plugin as it was loaded before, when it was and its files are as they were. */
function unchanged(
  before: BotConfig | undefined,
  file: string | undefined,
  host: Pick<LoaderHost, "stamp">,
): PluginChoice | undefined {
  if (file === undefined) return undefined;
  return before?.plugins.find(({ files = [], stamps = {} }) => {
    return (
      files.includes(file) && files.every((each) => stamps[each] !== undefined && host.stamp(each) === stamps[each])
    );
  });
}

/** Where external plugins are looked for: `PLUGINS_DIR`, or `plugins/` beside the executable. */
export function pluginsFolder({ PLUGINS_DIR }: Environment): { path: string; asked: boolean } | undefined {
  if (PLUGINS_DIR !== undefined) return { path: resolve(PLUGINS_DIR), asked: true };
  return isBinary() ? { path: join(dirname(process.execPath), "plugins"), asked: false } : undefined;
}

function configFile(asked: string | undefined): string | undefined {
  if (asked !== undefined) return asked;
  const beside = join(dirname(process.execPath), "bot.config.ts");
  return isBinary() && isFile(beside) ? beside : undefined;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

async function readFile(file: string, host: LoaderHost): Promise<ChosenConfig> {
  if (isFile(resolve(file))) return readBotConfig(resolve(file), host);
  const problem = `--config holds ${JSON.stringify(file)}; wanted: a file such as bot.config.ts`;
  return { plugins: [], problems: [problem] };
}

async function pluginHost(builtIn: readonly PluginChoice[]) {
  const { createPluginHost } = await import("./plugin-host.ts");
  return createPluginHost(builtIn);
}
