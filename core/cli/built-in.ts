import { fileURLToPath } from "node:url";
import { readBotConfig } from "../config/file.ts";
import { type ChosenConfig, checkForm } from "../config/form.ts";
import { isBinary } from "../platform/packaged.ts";
import { reasonOf } from "../plugin/reason.ts";

/**
 * Reads the `bot.config.ts` that the program was made with. It is imported no earlier, so that one that cannot be
 * used is told as any other problem of the configuration.
 */
export async function readBuiltIn(): Promise<ChosenConfig> {
  const say = (what: string, wanted: string) => `bot.config.ts: ${what}. ${wanted}.`;
  try {
    const config = checkForm(await import("../../bot.config.ts"), say);
    if (config.problems === undefined || isBinary()) return config;
  } catch (error) {
    if (isBinary())
      return { plugins: [], problems: [say(`it threw while it was loaded: ${reasonOf(error)}`, "Mend it")] };
  }
  // From source it is a file as any other: read once more, it is told with file and line.
  const { createPluginHost } = await import("./plugin/host.ts");
  return readBotConfig(fileURLToPath(new URL("../../bot.config.ts", import.meta.url)), createPluginHost([]));
}
