import { explainFailure, line, lineOf } from "../plugin/loader/explain.ts";
import type { LoaderHost } from "../plugin/loader/host.ts";
import type { BotConfig } from "./define.ts";
import { invalidConfiguration } from "./problems.ts";

/**
 * Loads a `bot.config.ts` that stands beside the program, and checks its form; plugins and options are checked with
 * the rest of the configuration.
 *
 * @throws BotError `config.invalid`, whose message names file and line.
 */
export async function readBotConfig(file: string, host: LoaderHost): Promise<BotConfig> {
  const { outcome, files } = await host.importModule(file);
  if ("error" in outcome) throw invalidConfiguration([explainFailure(outcome.error, file, { files, host })]);
  const config = outcome.namespace.default;
  const at = lineOf(host.read(file), (text) => /\bexport\s+default\b/.test(text)) ?? 1;
  const wrong = (what: string) => {
    const wanted = "Wanted: export default defineConfig({ plugins: [use(plugin, { … })] })";
    return invalidConfiguration([line(host, { file, line: at }, what, wanted)]);
  };
  if (!isObject(config)) throw wrong("the default export is no configuration");
  if (!Array.isArray(config.plugins)) throw wrong("there is no list of plugins");
  const { external } = config;
  if (external !== undefined) {
    if (!isObject(external)) throw wrong('"external" is no object of options by plugin id');
    for (const [id, options] of Object.entries(external))
      if (options !== false && !isObject(options)) throw wrong(`"external.${id}" is neither options nor false`);
  }
  const unknown = Object.keys(config).find((key) => key !== "plugins" && key !== "external");
  if (unknown !== undefined) throw wrong(`"${unknown}" is nothing that can be set here`);
  return config as unknown as BotConfig; // its form was just checked; each entry is checked by configurePlugins
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
