import type { AnyPlugin } from "../define.ts";
import { API_VERSION } from "../define.ts";
import { definitionProblems } from "../definition.ts";
import type { Candidate } from "./candidates.ts";
import { explainFailure, line, lineOf } from "./explain.ts";
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
  /** Why it cannot run, in one line with file, line and what to do. */
  readonly problem?: string;
}

export interface LoadOptions {
  readonly host: LoaderHost;
  /** Loads it in a process of its own first, unless its files are as they were when that went well. */
  readonly probe?: (file: string) => Promise<ProbeOutcome>;
  readonly memory?: ProbeMemory;
}

/** Loads one plugin. Never rejects: what is wrong is said in {@link LoadedPlugin.problem}. */
export async function loadPlugin({ name, file, place }: Candidate, options: LoadOptions): Promise<LoadedPlugin> {
  const { host, probe, memory } = options;
  if (file === undefined) {
    const problem = line(host, { file: place }, "the folder has no index.ts", "Add one, or let its name begin with _");
    return { id: name, file: place, files: [], problem };
  }
  if (probe !== undefined && !isKnown(file, options)) {
    const { problem, files } = await probe(file);
    if (problem !== undefined) return { id: name, file, files, problem };
    memory?.set(file, stampsOf(files, host));
  }
  return await readPlugin(name, file, host);
}

/** Loads a plugin's module in this process, and looks at what it is. Never rejects. */
export async function readPlugin(name: string, file: string, host: LoaderHost): Promise<LoadedPlugin> {
  const { outcome, files } = await host.importModule(file);
  if ("error" in outcome) {
    return { id: name, file, files, problem: explainFailure(outcome.error, file, { files, host }) };
  }
  const definition = outcome.namespace.default;
  const problem = definitionProblem(definition, file, host);
  if (problem !== undefined) return { id: name, file, files, problem };
  const checked = definition as AnyPlugin; // it has no problems
  return { id: checked.id, file, files, definition: checked };
}

function definitionProblem(definition: unknown, file: string, host: LoaderHost): string | undefined {
  const text = host.read(file);
  const exported = lineOf(text, (one) => /\bexport\s+default\b|\bas\s+default\b|module\.exports/.test(one));
  if (typeof definition !== "object" || definition === null || !("setup" in definition || "id" in definition)) {
    const what = exported === undefined ? "there is no default export" : "the default export is no plugin";
    return line(host, { file, line: exported ?? 1 }, what, "Wanted: export default definePlugin({ … })");
  }
  const problems = definitionProblems(definition);
  if (problems.length === 0) return undefined;
  const key = /^"(\w+)"/.exec(problems[0] ?? "")?.[1] ?? "api";
  const at = lineOf(text, (one) => new RegExp(`(?:^|[{,\\s])["']?${key}["']?\\s*[:,(]`).test(one)) ?? exported ?? 1;
  const todo =
    key === "api"
      ? `Look for a version of the plugin for API ${API_VERSION}, or for another version of dramabot`
      : "Mend it in definePlugin({ … })";
  return line(host, { file, line: at }, problems.join("; "), todo);
}

function isKnown(file: string, { host, memory }: LoadOptions): boolean {
  const stamps = Object.entries(memory?.get(file) ?? {});
  return stamps.some(([known]) => known === file) && stamps.every(([each, stamp]) => host.stamp(each) === stamp);
}

/** The state of each file that is there. */
export function stampsOf(files: readonly string[], host: Pick<LoaderHost, "stamp">): Record<string, string> {
  const stamps: Record<string, string> = {};
  for (const file of files) {
    const stamp = host.stamp(file);
    if (stamp !== undefined) stamps[file] = stamp;
  }
  return stamps;
}
