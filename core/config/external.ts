import { nearest } from "../domain/nearest.ts";
import type { BotConfig } from "./define.ts";
import { oneLine } from "./mask.ts";

/** What `external` of a `bot.config.ts` names, and what there is. */
export interface ExternalNames {
  readonly external: NonNullable<BotConfig["external"]>;
  /** Ids of the plugins that come with the program. */
  readonly builtIn: readonly string[];
  /** Ids of the plugins in the plugins folder. */
  readonly found: readonly string[];
  /** That folder; `undefined` when none is read. */
  readonly folder: string | undefined;
  /** How messages name the file. */
  readonly file: string;
}

/**
 * Finds what stands under `external` for no plugin of the plugins folder, and so has no effect.
 *
 * @returns one line for each id, with what was likely meant.
 */
export function idleExternal({ external, builtIn, found, folder, file }: ExternalNames): readonly string[] {
  const use = (id: string) => `Its options belong in use(${id}, { … }) under plugins`;
  const why = (id: string, given: object | false): string => {
    if (builtIn.includes(id))
      return `that plugin is built in. ${given === false ? "What is not under plugins is left out" : use(id)}.`;
    const near = nearest(id, [...found, ...builtIn]);
    const hint = near === undefined ? "Mend the id, or take it out." : `Did you mean ${near}?`;
    const built = near !== undefined && !found.includes(near) ? ` That one is built in. ${use(near)}.` : "";
    if (folder === undefined && built === "") return "no plugins folder is read. Set PLUGINS_DIR.";
    return `no plugin of that id ${folder === undefined ? "is there" : `was found in ${folder}`}. ${hint}${built}`;
  };
  return Object.entries(external)
    .filter(([id]) => !found.includes(id))
    .map(([id, given]) => `${file}: "external.${oneLine(id)}" has no effect: ${why(id, given)}`);
}
