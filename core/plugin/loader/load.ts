import type { AnyPlugin } from "../define.ts";
import { API_VERSION } from "../define.ts";
import { definitionProblems, readDefinition, unknownKeys } from "../definition.ts";
import type { Candidate } from "./candidates.ts";
import { explainFailure, line, lineOf, pathOf } from "./explain.ts";
import type { LoaderHost, ProbeMemory, ProbeOutcome } from "./host.ts";

/** What came of a plugin in the plugins folder. */
export interface LoadedPlugin {
  /** Its id, or the file's name where that is not known. */
  readonly id: string;
  /** The module, or the folder that holds none. */
  readonly file: string;
  /** Its own files: a change of one of them is a change of the plugin. */
  readonly files: readonly string[];
  readonly definition?: AnyPlugin;
  /** The line of its `setup`, beginning with 1, where it was found. */
  readonly setupLine?: number;
  /** The line of its id, likewise. */
  readonly idLine?: number;
  /** A line for each key of its definition that nobody reads. */
  readonly unknown?: readonly string[];
  /** Why it cannot run, in one line with file, line and what to do. */
  readonly problem?: string;
}

export interface LoadOptions {
  readonly host: LoaderHost;
  /** Loads it in a process of its own first, unless its files are as they were when that went well. */
  readonly probe?: (file: string) => Promise<ProbeOutcome>;
  readonly memory?: ProbeMemory;
}

const NO_INDEX = { what: "the folder has no index.ts", todo: "Add one, or let its name begin with _" };

/** Loads one plugin. Never rejects: what is wrong is said in {@link LoadedPlugin.problem}. */
export async function loadPlugin({ name, file, place }: Candidate, options: LoadOptions): Promise<LoadedPlugin> {
  const { host, probe, memory } = options;
  const obstacle = file === undefined ? host.obstacle(place, "folder") : host.obstacle(file, "file");
  if (file === undefined || obstacle !== undefined) {
    const { what, todo } = obstacle ?? NO_INDEX;
    const at = file ?? place;
    return { id: name, file: at, files: [at], problem: line(host, { file: at }, what, todo) };
  }
  let tried: readonly string[] = Object.keys(memory?.get(file) ?? {});
  if (probe !== undefined && !isKnown(file, options)) {
    const { problem, files, stripped } = await probe(file);
    if (problem !== undefined) return { id: name, file, files, problem };
    memory?.set(file, stampsOf(files, host), stripped);
    tried = files;
  }
  const loaded = await readPlugin(name, file, host);
  // Those of its task module are not loaded here.
  return { ...loaded, files: [...new Set([...loaded.files, ...tried])] };
}

/** The module with a plugin's tasks, if it has one. */
export function tasksFile({ definition }: LoadedPlugin): string | undefined {
  return definition?.tasks && pathOf(definition.tasks.href);
}

/** Loads the module with a plugin's tasks too, which threads do when a task is run, to see whether it can be. Never rejects. */
export async function readTasks(plugin: LoadedPlugin, host: LoaderHost): Promise<LoadedPlugin> {
  const { id, file } = plugin;
  const module = tasksFile(plugin);
  if (module === undefined) return plugin;
  const obstacle = host.obstacle(module, "file");
  if (obstacle !== undefined) {
    const { what, todo } = obstacle;
    const at = { file, line: keyLine(host.read(file), "tasks") };
    const problem = line(host, at, `the file ${module.split(/[\\/]/).at(-1)} cannot be read: ${what}`, todo);
    return { id, file, files: [...plugin.files, module], problem };
  }
  const { outcome, files: reached } = await host.importModule(module);
  const files = [...new Set([...plugin.files, ...reached])];
  if (!("error" in outcome)) return { ...plugin, files };
  return { id, file, files, problem: explainFailure(outcome.error, module, { files: reached, host }) };
}

/** Where `setup` stands in a definition. */
export const SETUP = /\bsetup\b\s*[(:=]/;

/** Loads a plugin's module in this process, and looks at what it is. Never rejects. */
export async function readPlugin(name: string, file: string, host: LoaderHost): Promise<LoadedPlugin> {
  const { outcome, files } = await host.importModule(file);
  if ("error" in outcome) {
    return { id: name, file, files, problem: explainFailure(outcome.error, file, { files, host }) };
  }
  const { definition, unreadable } = readDefinition(outcome.namespace.default);
  const problem = definitionProblem(definition, unreadable, { file, host });
  if (problem !== undefined || definition === undefined)
    return { id: name, file, files, problem: problem ?? "it is no plugin" };
  const text = host.read(file);
  const { id } = definition;
  const setupLine = lineOf(text, (one) => SETUP.test(one));
  const idLine =
    lineOf(text, (one) => new RegExp(`\\bid["']?\\s*:\\s*["'\`]${id}["'\`]`).test(one)) ?? keyLine(text, "id");
  const unknown = unknownKeys(outcome.namespace.default).map(({ key, what, todo }) =>
    line(host, { file, line: keyLine(text, key) }, what, todo),
  );
  return {
    id,
    file,
    files,
    definition,
    ...(unknown.length === 0 ? {} : { unknown }),
    ...(setupLine === undefined ? {} : { setupLine }),
    ...(idLine === undefined ? {} : { idLine }),
  };
}

function definitionProblem(
  definition: AnyPlugin | undefined,
  unreadable: readonly string[],
  { file, host }: { readonly file: string; readonly host: LoaderHost },
): string | undefined {
  const text = host.read(file);
  const exported = lineOf(text, (one) => /\bexport\s+default\b|\bas\s+default\b|module\.exports/.test(one));
  const nothing = definition === undefined || !("setup" in definition || "id" in definition);
  if (nothing && unreadable.length === 0) {
    const what = exported === undefined ? "there is no default export" : "the default export is no plugin";
    return line(host, { file, line: exported ?? 1 }, what, "Wanted: export default definePlugin({ … })");
  }
  const problems = unreadable.length > 0 ? unreadable : definitionProblems(definition);
  if (problems.length === 0) return undefined;
  const key = /^"(\w+)/.exec(problems[0] ?? "")?.[1] ?? "api";
  const at = keyLine(text, key) ?? exported ?? 1;
  const todo =
    key === "api"
      ? `Look for a version of the plugin for API ${API_VERSION}, or for another version of dramabot`
      : "Mend it in definePlugin({ … })";
  return line(host, { file, line: at }, problems.join("; "), todo);
}

/** The line of a key of the definition, beginning with 1. */
function keyLine(text: string | undefined, key: string): number | undefined {
  const escaped = key.replace(/\W/g, "\\$&");
  return lineOf(text, (one) => new RegExp(`(?:^|[{,\\s])["']?${escaped}["']?\\s*[:,(]`).test(one));
}

/** Whether a file and what it imported are as they were when they could be loaded. */
export function isKnown(file: string, { host, memory }: LoadOptions): boolean {
  const stamps = Object.entries(memory?.get(file) ?? {});
  return stamps.some(([known]) => known === file) && stamps.every(([each, stamp]) => host.stamp(each) === stamp);
}

/** The state of each file. */
export function stampsOf(files: readonly string[], host: Pick<LoaderHost, "stamp">): Record<string, string> {
  return Object.fromEntries(files.map((file) => [file, host.stamp(file)]));
}
