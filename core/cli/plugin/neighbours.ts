import type { PluginChoice } from "../../config/define.ts";
import type { Environment } from "../../config/environment.ts";
import { loadConfiguration } from "../../config/load.ts";
import { BotError } from "../../domain/errors.ts";
import type { PluginContext } from "../../plugin/context.ts";
import type { HttpClient } from "../../plugin/http.ts";

const unreached = async (): Promise<never> => {
  throw new BotError("http.unreachable", "Only the samples of the plugin that is checked are asked.");
};
const http: HttpClient = { get: unreached, post: unreached };

/**
 * The plugins that start before one that is checked, so that the names they have are taken: those that could run, as they
 * are, but that they reach no upstream.
 */
export function neighbours(
  choices: readonly PluginChoice[],
  environment: Environment,
): readonly Pick<PluginChoice, "definition" | "options">[] {
  return choices
    .filter((choice) => couldRun(choice, environment))
    .map(({ definition, options }) => {
      // Its own schema made the options, which stay as they are.
      const setup = definition.setup as (ctx: PluginContext, options: unknown) => void;
      const offline = (ctx: PluginContext, given: unknown) => setup({ ...ctx, http }, given);
      return { definition: { ...definition, setup: offline }, options };
    });
}

function couldRun(choice: PluginChoice, environment: Environment): boolean {
  try {
    loadConfiguration({ config: { plugins: [choice] }, environment });
    return true;
  } catch {
    return false; // the bot says what is wrong with it
  }
}
