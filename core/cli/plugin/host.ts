import * as valibot from "valibot";
import type { PluginChoice } from "../../config/define.ts";
import * as define from "../../config/define.ts";
import { brokenLine, type ImportOptions, importModule, shareModules } from "../../platform/import-module.ts";
import { fileObstacle, folderObstacle } from "../../platform/obstacle.ts";
import { readText, shownPath } from "../../platform/operators-files.ts";
import * as api from "../../plugin/index.ts";
import type { LoaderHost } from "../../plugin/loader/host.ts";
import type { LoadingModule } from "../../plugin/stray.ts";
import { withOwner } from "../../telemetry/owner.ts";
import { pluginFiles } from "./files.ts";

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
    ...pluginFiles,
    brokenLine,
    shown: shownPath,
    read: readText,
    obstacle: (path, wanted) => (wanted === "file" ? fileObstacle(path) : folderObstacle(path)),
  };
}
