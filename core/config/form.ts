import { readDefinition } from "../plugin/definition.ts";
import { reasonOf } from "../plugin/reason.ts";
import type { BotConfig, PluginChoice } from "./define.ts";
import { oneLine } from "./mask.ts";

/** A plugin of the plugins folder that `external` leaves out. */
export interface LeftOut {
  readonly id: string;
  readonly version: string;
  /** Its file, as the operator would write the path. */
  readonly from: string;
}

/** A configuration as it was read, with what is wrong with it. */
export interface ChosenConfig extends BotConfig {
  /** One line each; told with all other problems of the configuration. What they are about is left out of the rest. */
  readonly problems?: readonly string[];
  /** Plugins of the plugins folder that are not to run. */
  readonly leftOut?: readonly LeftOut[];
  /** The file as messages name it, or where one would have to stand. Default: `bot.config.ts`. */
  readonly place?: string;
}

/** What should stand there instead. */
const whole = "Wanted: export default defineConfig({ plugins: [use(plugin, { … })] })";
const entry = "Wanted: use(plugin, { … })";

/**
 * Checks the form of what a `bot.config.ts` exports; what its plugins and options hold is checked with the rest of the
 * configuration.
 *
 * @param namespace the module: anything may stand in it.
 * @param say makes the line about a problem, of what is wrong and what is wanted.
 */
export function checkForm(
  namespace: Readonly<Record<string, unknown>>,
  say: (what: string, wanted: string) => string,
): ChosenConfig {
  try {
    return readForm(namespace, say);
  } catch (error) {
    // A getter, or a proxy.
    return { plugins: [], problems: [say(oneLine(`it threw while it was read: ${reasonOf(error)}`), whole)] };
  }
}

function readForm(
  namespace: Readonly<Record<string, unknown>>,
  say: (what: string, wanted: string) => string,
): ChosenConfig {
  const problems: string[] = [];
  const tell = (what: string, wanted = whole) => void problems.push(say(oneLine(what), wanted));
  const config = namespace.default;
  if (config === undefined) tell("there is no default export");
  else if (!isObject(config)) tell("the default export is no configuration");
  const { plugins, external, ...rest } = isObject(config) ? config : { plugins: [] };

  if (plugins === undefined) tell("there is no list of plugins");
  else if (!Array.isArray(plugins)) tell('"plugins" is no list');
  const choices = Array.isArray(plugins) ? Array.from<unknown>(plugins) : [];
  const chosen = choices.flatMap((choice, index): readonly PluginChoice[] => {
    const read = readChoice(choice);
    if (typeof read === "object") return [read];
    tell(`entry ${index + 1} of plugins is ${read}`, entry);
    return [];
  });

  if (external !== undefined && !isObject(external)) tell('"external" is no object of options by plugin id');
  const options = Object.entries(isObject(external) ? external : {}).filter(([id, each]) => {
    const right = each === false || isObject(each);
    if (!right) tell(`"external.${id}" is neither options nor false`);
    return right;
  });
  const copies = options.map(([id, each]) => [id, isObject(each) ? { ...each } : each]);
  for (const key of Object.keys(rest)) tell(`"${key}" is nothing that can be set here`);
  return {
    plugins: chosen,
    // Each was just looked at.
    ...(options.length > 0 && { external: Object.fromEntries(copies) as NonNullable<BotConfig["external"]> }),
    ...(problems.length > 0 && { problems }),
  };
}

/** The plugin with its options, or what an entry of the list is instead. */
function readChoice(choice: unknown): PluginChoice | string {
  if (!isObject(choice)) return "none";
  const { definition: given, options, id } = choice;
  if (given === undefined && typeof id === "string") return `plugin "${id}" by itself`;
  const { definition, unreadable } = readDefinition(given);
  const problem = unreadable[0];
  if (definition === undefined || typeof definition.id !== "string") return problem ?? "none";
  if (!isObject(options)) return `plugin "${definition.id}" with options that are none`;
  return { definition, options: { ...options }, ...(problem === undefined ? {} : { problem }) };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
