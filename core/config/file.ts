import { explainFailure, line, lineOf } from "../plugin/loader/explain.ts";
import type { LoaderHost } from "../plugin/loader/host.ts";
import { type ChosenConfig, checkForm } from "./form.ts";

/**
 * Loads a `bot.config.ts` and checks its form; plugins and options are checked with the rest of the configuration.
 *
 * @returns also where the file cannot be used: with problems, which name file and line.
 */
export async function readBotConfig(file: string, host: LoaderHost): Promise<ChosenConfig> {
  const { outcome, files } = await host.importModule(file);
  if ("error" in outcome) return { plugins: [], problems: [explainFailure(outcome.error, file, { files, host })] };
  const at = lineOf(host.read(file), (text) => /\bexport\s+default\b/.test(text)) ?? 1;
  return checkForm(outcome.namespace, (what, wanted) => line(host, { file, line: at }, what, wanted));
}
