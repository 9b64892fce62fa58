import { explainFailure, line, lineOf } from "../plugin/loader/explain.ts";
import type { LoaderHost } from "../plugin/loader/host.ts";
import { type ChosenConfig, checkForm } from "./form.ts";

/** A `bot.config.ts` that was read. */
export interface ReadConfig extends ChosenConfig {
  /** It and the modules it imported. */
  readonly files: readonly string[];
}

/**
 * Loads a `bot.config.ts` and checks its form; plugins and options are checked with the rest of the configuration.
 *
 * @returns also where the file cannot be used: with problems, which name file and line.
 */
export async function readBotConfig(file: string, host: LoaderHost): Promise<ReadConfig> {
  const { outcome, files } = await host.importModule(file);
  if ("error" in outcome)
    return { plugins: [], files, problems: [explainFailure(outcome.error, file, { files, host })] };
  const at = lineOf(host.read(file), (text) => /\bexport\s+default\b/.test(text)) ?? 1;
  return { ...checkForm(outcome.namespace, (what, wanted) => line(host, { file, line: at }, what, wanted)), files };
}
