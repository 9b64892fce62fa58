import { readdirSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import * as valibot from "valibot";
import type { PluginChoice } from "../../config/define.ts";
import * as define from "../../config/define.ts";
import { brokenLine, type ImportOptions, importModule, shareModules } from "../../platform/import-module.ts";
import { fileObstacle, folderObstacle } from "../../platform/obstacle.ts";
import { readText, shownPath } from "../../platform/operators-files.ts";
import * as api from "../../plugin/index.ts";
import type { FolderEntry, LoaderHost } from "../../plugin/loader/host.ts";
import type { LoadingModule } from "../../plugin/stray.ts";
import { withOwner } from "../../telemetry/owner.ts";

/**
 * The machine as the plugin loader sees it. Plugins and `bot.config.ts` get the program's own modules by name.
 *
 * @param chosen the built-in plugins.
 */
export function createPluginHost(chosen: readonly PluginChoice[], options: ImportOptions = {}): LoaderHost {
  const builtIn = chosen.map(({ definition }) => [`dramabot/plugins/${definition.id}`, { default: definition }]);
  shareModules({
    "dramabot/plugin": api,
    "dramabot/config": define,
    valibot,
    ...Object.fromEntries(builtIn),
  });
  return {
    importModule(file) {
      const owner: LoadingModule = { module: file, shown: shownPath(file) };
      return withOwner(owner, () => importModule(file, options));
    },
    brokenLine,
    join,
    shown: shownPath,
    read: readText,
    list(folder) {
      try {
        return readdirSync(folder).map((name) => ({ name, kind: kindOf(join(folder, name)) }));
      } catch {
        return undefined;
      }
    },
    obstacle: (path, wanted) => (wanted === "file" ? fileObstacle(path) : folderObstacle(path)),
    stamp(file) {
      const state = stateOf(file);
      // Number and change time tell what leaves time and size alone: other rights, and a link that points elsewhere now.
      return state ? `${state.mtimeMs}:${state.size}:${state.ctimeMs}:${state.ino}` : "absent";
    },
  };
}

function kindOf(path: string): FolderEntry["kind"] {
  const state = stateOf(path);
  if (state === undefined) return "nowhere";
  return state.isDirectory() ? "folder" : "file";
}

/** What a path leads to; nothing also where the way there is barred, or a link leads back to itself. */
function stateOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
