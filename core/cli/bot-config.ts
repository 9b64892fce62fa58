import { lstatSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { BotConfig, PluginChoice } from "../config/define.ts";
import type { Environment } from "../config/environment.ts";
import { idleExternal } from "../config/external.ts";
import { readBotConfig } from "../config/file.ts";
import type { ChosenConfig, LeftOut } from "../config/form.ts";
import { shownPath } from "../platform/operators-files.ts";
import { isBinary } from "../platform/packaged.ts";
import { type Candidate, findCandidates } from "../plugin/loader/candidates.ts";
import type { LoaderHost } from "../plugin/loader/host.ts";
import { isKnown, type LoadedPlugin, loadPlugin, stampsOf } from "../plugin/loader/load.ts";
import { readBuiltIn } from "./built-in.ts";
import type { HeldBack, Untried } from "./ends.ts";
import { changedSince } from "./plugin/files.ts";
import type { FolderView } from "./plugin/folder-watch.ts";
import type { Loading } from "./plugin/loading.ts";
import type { PluginMemory, PluginName } from "./plugin/memory.ts";

/** The version of a plugin that could not be loaded, of which nothing is known but its file. */
export const UNKNOWN = "?";

export interface BotConfigRequest {
  readonly environment: Environment;
  /** `--config FILE`. */
  readonly config?: string | undefined;
  /** Told about what the operator should know, such as a plugins folder that is not there. */
  readonly onProblem?: (message: string) => void;
  /** What was chosen before: an external plugin none of whose files changed is taken from there as it is. */
  readonly before?: BotConfig;
  /** Tells of each plugin whether it is not to be loaded. Default: all are. */
  readonly heldBack?: (plugin: Untried) => HeldBack | undefined;
  /** Whether the plugins folder is left aside. */
  readonly withoutFolder?: boolean;
}

/** Which plugins run, and what was found where external ones are looked for. */
export interface ChosenBotConfig extends ChosenConfig {
  /** Default: nothing was looked for, or there is no such folder. */
  readonly view?: FolderView;
}

/**
 * Reads which plugins run: `--config FILE`, a `bot.config.ts` beside the executable, or the one inside, and behind
 * them what stands in the plugins folder. An external plugin that cannot be loaded is among them, with what is wrong.
 *
 * @returns also when the file is not there or cannot be used: with problems, which `loadConfiguration` tells with all
 *   others.
 */
export async function chooseBotConfig(request: BotConfigRequest): Promise<ChosenBotConfig> {
  const found: string[] = [];
  const place = configPlace(request.config);
  const chosen = { ...(await choose(request, (id) => void found.push(id))), place };
  const { external, problems } = chosen;
  if (external === undefined || problems !== undefined || request.withoutFolder) return chosen;
  const builtIn = (await readBuiltIn()).plugins.map(({ definition }) => definition.id);
  const path = pluginsFolder(request.environment)?.path;
  const folder = path && shownPath(path);
  for (const idle of idleExternal({ external, builtIn, found, folder, file: place })) request.onProblem?.(idle);
  return chosen;
}

/** @param onFound told the id of each plugin in the plugins folder, also of one that is left out. */
async function choose(request: BotConfigRequest, onFound: (id: string) => void): Promise<ChosenBotConfig> {
  const { environment, onProblem } = request;
  const file = configFile(request.config);
  const folder = request.withoutFolder ? undefined : pluginsFolder(environment);
  const builtIn = await readBuiltIn();
  const anything = file !== undefined || (folder !== undefined && (folder.asked || isThere(folder.path)));
  if (!anything) return builtIn;
  const { openLoading } = await import("./plugin/loading.ts");
  let chosen = builtIn;
  const leftOut: LeftOut[] = [];
  const loading = openLoading(environment, { builtIn: builtIn.plugins, external: () => chosen.external });
  const { host } = loading;
  if (file !== undefined) chosen = await readFile({ file, asked: request.config !== undefined }, loading);
  // What cannot run needs no further plugins.
  if (folder === undefined || chosen.problems !== undefined) return chosen;
  const candidates = findCandidates(folder.path, host);
  if (candidates === undefined) {
    tellFolder(folder);
    return chosen;
  }
  const noted = new Map<string, string>();
  const external = await loadExternal(candidates);
  const modules = candidates.map(({ file, place }) => file ?? place);
  const view = { modules, stamps: Object.fromEntries(noted) };
  return { ...chosen, plugins: [...chosen.plugins, ...external], leftOut, view };

  /** Notes how files were; where two plugins have one, how it was for the first: a change since then is one for both. */
  function note(found: Readonly<Record<string, string>>): void {
    for (const [file, stamp] of Object.entries(found)) if (!noted.has(file)) noted.set(file, stamp);
  }

  function tellFolder({ path, asked }: NonNullable<typeof folder>): void {
    const obstacle = host.obstacle(path, "folder");
    // Nobody asked for the one beside the executable; but what stands there in its place is told.
    if (obstacle === undefined || (!asked && !isThere(path))) return;
    onProblem?.(`${asked ? "PLUGINS_DIR: " : ""}${host.shown(path)}: ${obstacle.what}. ${obstacle.todo}.`);
  }

  async function loadExternal(found: readonly Candidate[]): Promise<readonly PluginChoice[]> {
    const { host: loaderHost } = loading;
    const loaded: PluginChoice[] = [];
    // One after the other: each first load is a process of its own, and the order decides who has a command.
    for (const candidate of found) {
      const kept = unchanged(request.before, loaderHost.shown(candidate.file ?? candidate.place), loaderHost);
      if (kept !== undefined) {
        onFound(kept.definition.id);
        loaded.push(kept);
        note(kept.stamps ?? {});
        continue;
      }
      const { file = candidate.place } = candidate;
      const begun = Date.now();
      const before = stampsOf([file, ...Object.keys(loading.memory.get(file) ?? {})], loaderHost);
      const known = isKnown(file, loading) ? loading.memory.name(file) : undefined;
      if (known !== undefined && chosen.external?.[known.id] === false) {
        onFound(known.id);
        note(before);
        leftOut.push({ ...known, from: loaderHost.shown(file) });
        continue;
      }
      const held = request.heldBack?.({
        id: known?.id,
        files: [file, ...Object.keys(loading.memory.get(file) ?? {})],
      });
      if (held !== undefined) {
        const { id = known?.id ?? candidate.name, version = known?.version ?? UNKNOWN } = held;
        onFound(id);
        note(before);
        loaded.push(heldBackChoice({ id, version }, { file, from: loaderHost.shown(file) }));
        continue;
      }
      const plugin = await loadPlugin(candidate, loading);
      onFound(plugin.id);
      if (plugin.definition !== undefined) {
        const { id, version } = plugin.definition;
        loading.memory.setName(file, { id, version });
      }
      // Those of its files alone: what it no longer imports may change, or go.
      const since = stampsSince(begun, plugin.files, loaderHost);
      const stamps = Object.fromEntries(Object.entries(since).map(([each, stamp]) => [each, before[each] ?? stamp]));
      note(stamps);
      const options = chosen.external?.[plugin.id];
      if (options === false) {
        const { id, definition } = plugin;
        leftOut.push({ id, version: definition?.version ?? UNKNOWN, from: loaderHost.shown(plugin.file) });
        continue;
      }
      loaded.push({
        definition: plugin.definition ?? { id: plugin.id, version: UNKNOWN, api: 1, setup: () => undefined },
        options: options ?? {},
        from: loaderHost.shown(plugin.file),
        files: plugin.files,
        stamps,
        ...textsForTasks(plugin, loading.memory),
        ...(plugin.setupLine === undefined ? {} : { setupLine: plugin.setupLine }),
        ...(plugin.idLine === undefined ? {} : { idLine: plugin.idLine }),
        ...(plugin.problem === undefined ? {} : { problem: plugin.problem }),
      });
    }
    return loaded;
  }
}

/** Stands in the list for a plugin that is not loaded. It has no stamps: it is looked at anew each time. */
function heldBackChoice(
  { id, version }: PluginName,
  { file, from }: { readonly file: string; readonly from: string },
): PluginChoice {
  const problem = `${from}: it is not loaded, for it ended the program again and again. Once it is enabled, SIGHUP or the next start loads it.`;
  const definition = { id, version, api: 1, setup: () => undefined };
  return { definition, options: {}, from, files: [file], heldBack: true, problem };
}

/** What threads need, so that they do not take types out themselves. */
function textsForTasks({ file, definition }: LoadedPlugin, memory: PluginMemory): Pick<PluginChoice, "stripped"> {
  const stripped = definition?.tasks && memory.texts(file);
  return stripped === undefined ? {} : { stripped };
}

/**
 * The state of files that were read since a moment, in ms since 1970. Of one that changed meanwhile nobody knows whether
 * it was before it was read: it is as no file ever is, so that the next look finds it changed.
 */
function stampsSince(moment: number, files: readonly string[], host: Pick<LoaderHost, "stamp">) {
  const stamps = Object.entries(stampsOf(files, host));
  return Object.fromEntries(stamps.map(([file, stamp]) => [file, changedSince(file, moment) ? "unknown" : stamp]));
}

/** The plugin as it was loaded before, when it was and its files are as they were. */
function unchanged(
  before: BotConfig | undefined,
  shown: string,
  host: Pick<LoaderHost, "stamp">,
): PluginChoice | undefined {
  return before?.plugins.find(({ from, files = [], stamps = {} }) => {
    return from === shown && files.length > 0 && files.every((each) => host.stamp(each) === stamps[each]);
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
  return isBinary() && isThere(beside) ? beside : undefined;
}

/** The file as messages name it, or where one would have to stand. */
function configPlace(asked: string | undefined): string {
  const file = configFile(asked);
  if (file !== undefined) return shownPath(resolve(file));
  return isBinary() ? "a bot.config.ts beside the executable (or --config FILE)" : "bot.config.ts";
}

/** Whether anything stands there, be it a link to nowhere: it must not be passed over in silence. */
function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Loads it as a plugin is loaded: what is new is tried in a process of its own first. */
async function readFile(
  { file, asked }: { readonly file: string; readonly asked: boolean },
  { host, memory, tryConfiguration }: Loading,
): Promise<ChosenConfig> {
  const path = resolve(file);
  const obstacle = host.obstacle(path, "file");
  if (obstacle !== undefined) {
    const problem = `--config holds ${JSON.stringify(file)}; wanted: a file such as bot.config.ts (${obstacle.what})`;
    return { plugins: [], problems: [asked ? problem : `${host.shown(path)}: ${obstacle.what}. ${obstacle.todo}.`] };
  }
  if (!isKnown(path, { host, memory })) {
    const { problem, files, stripped } = await tryConfiguration(path);
    if (problem !== undefined) return { plugins: [], problems: [problem] };
    memory.set(path, stampsOf(files, host), stripped);
  }
  return readBotConfig(path, host);
}
