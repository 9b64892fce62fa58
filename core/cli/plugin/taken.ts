import { createApp } from "../../app.ts";
import { loadConfiguration } from "../../config/load.ts";
import { definePlugin } from "../../plugin/define.ts";
import { createLog } from "../../telemetry/log.ts";
import { chooseBotConfig } from "../bot-config.ts";
import { readBuiltIn } from "../built-in.ts";
import type { ConfigArguments } from "../config.ts";
import { versionInformation } from "../version.ts";
import { neighbours } from "./neighbours.ts";

/** What a plugin with a source goes by. */
export interface WantedNames {
  readonly id: string;
  /** The source's command. */
  readonly command: string;
}

/**
 * Says which name of a plugin that is yet to be written the program has already: the core, or a plugin of the
 * `bot.config.ts`, or a built-in one where that file cannot be used. The plugins folder is left aside.
 *
 * @returns a part of a sentence, `undefined` when all of them are free.
 */
export async function takenName(
  { id, command }: WantedNames,
  { config }: ConfigArguments,
): Promise<string | undefined> {
  const chosen = await chooseBotConfig({ environment: {}, config, withoutFolder: true });
  const { plugins } = chosen.problems === undefined ? chosen : await readBuiltIn();
  const others = neighbours(plugins, {});
  if (others.some(({ definition }) => definition.id === id)) return "there is a plugin of that id already";
  const definition = definePlugin({
    id,
    version: "1.0.0",
    api: 1,
    setup({ commands }) {
      for (const name of [command, `${command}url`])
        commands.add({ name, description: "Taken", run: async () => undefined });
    },
  });
  const configuration = loadConfiguration({
    config: { plugins: [...others, { definition, options: {} }] },
    environment: {},
  });
  const log = createLog({ destination: { write: () => undefined }, format: "json", level: "error" });
  const app = await createApp({ configuration, log, version: versionInformation().version });
  try {
    const { state, detail } = app.registry.plugins().find((one) => one.id === id) ?? {};
    return state === "failed" ? detail?.split(". ")[0] : undefined;
  } finally {
    await app.dispose();
  }
}
