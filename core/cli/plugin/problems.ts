import type { PluginHealth } from "../../plugin/health.ts";
import { reasonOf } from "../../plugin/reason.ts";
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

/** Says in one line why a plugin's samples cannot be opened. @param place the plugin's file, as the operator writes it. */
export function samplesProblem(place: string, error: unknown): string {
  return `${place}: its samples cannot be opened: ${reasonOf(error).replace(/[.\s]+$/, "")}. Mend its samples(), or ask the plugin's author.`;
}

/** What the chat is told of a reload; of very many problems the first. */
export function reloadMessage(problems: readonly string[]): string {
  const text = ["🧩 Plugins were loaded anew.", ...problems].join("\n");
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1).toWellFormed()}…`;
}
