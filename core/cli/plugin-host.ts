import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import * as valibot from "valibot";
import type { PluginChoice } from "../config/define.ts";
import * as define from "../config/define.ts";
import { brokenLine, importModule, shareModules } from "../platform/import-module.ts";
import * as api from "../plugin/index.ts";
import type { LoaderHost } from "../plugin/loader/host.ts";

/**
 * The machine as the plugin loader sees it. Plugins and `bot.config.ts` get the program's own modules by name.
 *
 * @param chosen the built-in plugins.
 */
export function createPluginHost(chosen: readonly PluginChoice[]): LoaderHost {
  const builtIn = chosen.map(({ definition }) => [`dramabot/plugins/${definition.id}`, { default: definition }]);
  shareModules({
    "dramabot/plugin": api,
    "dramabot/config": define,
    valibot,
    ...Object.fromEntries(builtIn),
  });
  return {
    importModule,
    brokenLine,
    join,
    shown(file) {
      const path = relative(process.cwd(), file);
      return path.startsWith("..") || path === "" ? file : path;
    },
    list(folder) {
      try {
        const entries = readdirSync(folder, { withFileTypes: true });
        return entries.map((entry) => ({
          name: entry.name,
          isFolder: statSync(join(folder, entry.name), { throwIfNoEntry: false })?.isDirectory() ?? false,
        }));
      } catch {
        return undefined;
      }
    },
    read(file) {
      try {
        return readFileSync(file, "utf8");
      } catch {
        return undefined;
      }
    },
    stamp(file) {
      const state = statSync(file, { throwIfNoEntry: false });
      return state && `${state.mtimeMs}:${state.size}`;
    },
  };
}
