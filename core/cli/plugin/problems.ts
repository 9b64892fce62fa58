import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { SamplesFault } from "../../playground/index.ts";
import type { PluginHealth } from "../../plugin/health.ts";
import { reasonOf } from "../../plugin/reason.ts";
import { type PluginFiles, shownPlace } from "../../plugin/shown-place.ts";
import { asError, soundly } from "../../plugin/thrown.ts";
import { redact } from "../../telemetry/redact.ts";
import { oneTerminalLine } from "../terminal.ts";

/** Longest text of a message, in UTF-16 code units (Bot API, sendMessage). */
const LONGEST = 4_096;

export interface PluginProblemsOptions {
  /** Where external plugins stand, as the operator writes it. */
  readonly places: Iterable<string>;
  /** What else is wrong: of plugins that keep running as they were, say. */
  readonly others?: readonly string[];
}

/** Says what is wrong with each plugin that failed, whatever the reason: one line each, which names its file or its id. */
export function pluginProblems(
  plugins: readonly PluginHealth[],
  { places, others = [] }: PluginProblemsOptions,
): readonly string[] {
  const known = [...places];
  const failed = plugins.flatMap(({ id, state, detail = "it does not run" }) => {
    if (state !== "failed") return [];
    return [known.some((place) => detail.startsWith(place)) ? detail : `Plugin "${id}": ${detail}`];
  });
  return [...new Set([...failed, ...others])].map((text) => redact(oneTerminalLine(text)));
}

/** A plugin whose samples are opened. */
export interface Sampled extends PluginFiles {
  /** The plugin's id. */
  readonly id: string;
}

/** Says in one line why a plugin's samples cannot be opened. */
export function samplesProblem(plugin: Sampled, error: unknown): string {
  return samplesLine(plugin, error, "its samples cannot be opened");
}

/** Says in one line what a plugin's samples did instead of answering a request. */
export function samplesFault(plugin: Sampled, { request, error }: Pick<SamplesFault, "request" | "error">): string {
  return samplesLine(plugin, error, `its samples have no answer to ${request}`);
}

function samplesLine(plugin: Sampled, thrown: unknown, what: string): string {
  const error = asError(soundly(thrown));
  const place = samplesPlace(plugin, error) ?? plugin.from ?? `Plugin "${plugin.id}"`;
  const why = reasonOf(error).replace(/[.\s]+$/, "");
  return `${place}: ${what}: ${why}. Mend its samples(), or ask the plugin's author.`;
}

/** Where in a plugin's files it happened. Samples are loaded later than the plugin, so their files are found beside its own. */
function samplesPlace({ files = [], from }: Sampled, error: unknown): string | undefined {
  const [module] = files;
  if (module === undefined) return undefined;
  const folder = dirname(module);
  return shownPlace({ files: [...files, ...namesIn(folder).map((name) => join(folder, name))], from }, error);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** What the chat is told of a reload; of very many problems the first. */
export function reloadMessage(problems: readonly string[]): string {
  const text = ["🧩 Plugins were loaded anew.", ...problems].join("\n");
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1).toWellFormed()}…`;
}
